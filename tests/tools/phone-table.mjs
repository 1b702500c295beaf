// Writes the table that the phone rule reads, and the cases that its tests compare with, from libphonenumber's metadata as the
// npm package `libphonenumber-js` carries it (Apache-2.0, https://github.com/google/libphonenumber).
//
//   npm install --no-save libphonenumber-js@1.13.16
//   node tests/tools/phone-table.mjs            (from the repository's root; another place of the package: its folder as argument)
//
// Both files are committed, so that neither the build nor the tests need Node.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join, resolve } from 'node:path';

const folder = resolve(process.argv[2] ?? 'node_modules/libphonenumber-js');
const read = name => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const version = read('package.json').version;
const metadata = read('metadata.max.json');

// Positions in the package's arrays, as its METADATA.md and source/metadata.js (version 4 of the format) have them.
const at = { callingCode: 0, idd: 1, pattern: 2, lengths: 3, prefix: 5, prefixForParsing: 7, transform: 8, types: 11 };
const typePattern = 0;

function planOf(country, plan) {
  const types = (plan[at.types] || []).filter(type => type && type[typePattern]).map(type => type[typePattern]);
  const pattern = types.length ? types.join('|') : plan[at.pattern];
  if (!pattern)
    throw new Error(`${country}: no pattern`);
  return [country, plan[at.callingCode], plan[at.idd] || '', plan[at.prefixForParsing] || plan[at.prefix] || '', plan[at.transform] || '', plan[at.lengths].join(','), pattern]
    .map(String).join('\t');
}

function table() {
  const rows = [];
  for (const [callingCode, countries] of Object.entries(metadata.country_calling_codes)) {
    for (const country of countries) {
      if (metadata.countries[country])
        rows.push(planOf(country, metadata.countries[country]));
    }
  }
  // Numbers of no country (universal freephone, satellites): '001' stands for the world, as in libphonenumber.
  for (const [callingCode, plan] of Object.entries(metadata.nonGeographic))
    rows.push(planOf('001', [callingCode, ...plan.slice(1)]));
  return [
    `# Numbering plans from libphonenumber's metadata (libphonenumber-js ${version}, Apache-2.0). Written by tests/tools/phone-table.mjs: do not edit.`,
    '# country, calling code, international prefix, national prefix, what the prefix becomes, lengths, patterns of valid national numbers',
    ...rows, ''].join('\n');
}

// Numbers and the package's verdict on them: every country's example, and neighbours of it that are mostly wrong.
async function cases() {
  const max = await import(pathToFileURL(join(folder, 'max', 'index.js')));
  const examples = read('examples.mobile.json');
  const parse = (text, country) => {
    try { return max.parsePhoneNumberWithError(text, country); } catch { return undefined; }
  };
  // A linear congruential generator (Numerical Recipes), so that a second run writes the same file.
  let seed = 20260101;
  const next = below => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % below;
  const rows = [];
  const add = (text, country) => {
    const number = parse(text, country);
    rows.push([country, text, number?.isValid() && number.number.length <= 16 ? number.number : ''].join('\t'));
  };
  for (const [country, example] of Object.entries(examples)) {
    const number = parse(example, country);
    if (!number)
      continue;
    add(number.formatNational(), country);
    add(number.formatInternational(), country);
    for (let i = 0; i < 6; i++) {
      const digits = [...number.number.slice(1)];
      digits[next(digits.length)] = String(next(10));
      add('+' + digits.join(''), country);
    }
    add(number.number.slice(0, -1), country);
    add(number.number + next(10), country);
  }
  return [`# country, text, E.164 or nothing: the verdict of libphonenumber-js ${version}. Written by tests/tools/phone-table.mjs.`, ...rows, ''].join('\n');
}

writeFileSync('src/IntegrationHub.Mapping/Validation/Phones/phone-plans.tsv', table());
writeFileSync('tests/IntegrationHub.UnitTests/Validation/phone-cases.tsv', await cases());
