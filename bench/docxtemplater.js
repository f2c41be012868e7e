// Fills a letter in with docxtemplater, as often as it is told to.
//
//     node docxtemplater.js FOLDER-WITH-node_modules TEMPLATE.docx VALUES.json
//
// Each line of standard input is a number of letters; the answer is one line of JSON: milliseconds
// of wall clock and of CPU for all of them, and the last letter in base64.
//
// A Docxtemplater renders once (a second render() throws), and what it compiled cannot be taken out
// and used again, so each letter needs a new one, as in its documentation. What may be shared is
// shared: the file is read once. Cloning the unzipped file instead of unzipping it again
// (PizZip.clone) was tried and is not faster. Only parts that changed are deflated, at the lowest
// level.
"use strict";
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const { createRequire } = require("module");

const [folder, template, values] = process.argv.slice(2);
const installed = createRequire(path.join(path.resolve(folder), "index.js"));
const PizZip = installed("pizzip");
const Docxtemplater = installed("docxtemplater");

const LEVEL = 1;
const file = fs.readFileSync(template);
const data = JSON.parse(fs.readFileSync(values, "utf8"));

function letter() {
  const document = new Docxtemplater(new PizZip(file), { paragraphLoop: true });
  document.render(data);
  return document.getZip().generate({
    type: "nodebuffer",
    compression: "DEFLATE",
    compressionOptions: { level: LEVEL },
  });
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const cpu = process.cpuUsage();
  const started = process.hrtime.bigint();
  let last;
  for (let number = Number(line); number > 0; number--) last = letter();
  const wall = Number(process.hrtime.bigint() - started) / 1e6;
  const { user, system } = process.cpuUsage(cpu);
  const answer = { wall, cpu: (user + system) / 1e3, letter: last.toString("base64") };
  process.stdout.write(JSON.stringify(answer) + "\n");
});
