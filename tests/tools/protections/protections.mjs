// Shows of each protection that its test fails without it.
//
//   node tests/tools/protections/protections.mjs [--only REGEX] [--scratch DIR] [--keep]
//
// The lists beside this file (*.txt) name scenarios, what to switch off, and the test that must notice; README.md says how they are written.
// The committed tree is checked out into a scratch folder and built once. Then, one entry at a time, the old text is replaced by the new one,
// the projects that it touches are built, and the named tests run: they must run and fail. At the end all of them run on the unchanged tree
// and must pass. Exit codes: 0 every protection is needed, 1 a test did not notice (or fails without any change), 2 a list is wrong.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const TESTS = "tests/IntegrationHub.UnitTests";
const QUIET_BUILD = ["-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:TreatWarningsAsErrors=false", "-v:q", "-nologo"];
const TEST_MINUTES_MAX = 4;

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../..");
const options = readOptions(process.argv.slice(2));

process.exitCode = main();

function main() {
  const entries = readdirSync(here).filter((name) => name.endsWith(".txt")).sort().flatMap(readList)
    .filter((entry) => !options.only || options.only.test(entry.title));
  if (entries.length === 0)
    throw new Error("No entry of the lists is meant. Correct --only.");
  const tree = options.scratch ? resolve(options.scratch) : mkdtempSync(join(tmpdir(), "protections-"));
  execFileSync("git", ["worktree", "add", "--detach", "--force", tree, "HEAD"], { cwd: root, stdio: "ignore" });
  try {
    const wrong = entries.flatMap((entry) => entry.changes.map((change) => whyUnfit(tree, entry, change))).filter(Boolean);
    wrong.forEach((line) => console.error(line));
    return wrong.length > 0 ? 2 : run(tree, entries);
  } finally {
    if (!options.keep)
      execFileSync("git", ["worktree", "remove", "--force", tree], { cwd: root, stdio: "ignore" });
  }
}

function run(tree, entries) {
  build(tree, TESTS, []);
  const results = [];
  for (const entry of entries) {
    const result = { entry, ...without(tree, entry) };
    results.push(result);
    console.log(`${result.isNoticed ? "noticed    " : "NOT NOTICED"}  ${entry.title}\n             ${result.said}`);
  }

  const plain = test(tree, [...new Set(entries.flatMap((entry) => entry.tests))]);
  console.log(`unchanged    ${plain.said}`);
  const missed = results.filter((result) => !result.isNoticed);
  console.log(`${results.length - missed.length} of ${results.length} protections are noticed when they are off.`);
  return missed.length === 0 && plain.total > 0 && plain.failed === 0 ? 0 : 1;
}

/** Runs an entry's tests without its protection, and puts everything back. */
function without(tree, entry) {
  const before = new Map();
  const swapped = [];
  try {
    for (const { file, from, to } of entry.changes) {
      const path = join(tree, file);
      const text = readFileSync(path, "utf8");
      if (!before.has(path))
        before.set(path, text);
      writeFileSync(path, text.replace(from, () => to));
    }

    for (const project of new Set(entry.changes.map((change) => projectOf(tree, change.file)))) {
      build(tree, project, ["--no-dependencies", "--no-restore"]);
      swapped.push(...swapIn(tree, project));
    }

    const result = test(tree, entry.tests);
    return { isNoticed: result.failed > 0, said: result.failed > 0 ? result.said : `passed all the same: ${result.said}` };
  } catch (failure) {
    return { isNoticed: false, said: `not tried: ${failure.message}` };
  } finally {
    before.forEach((text, path) => writeFileSync(path, text));
    swapped.forEach(({ copy, kept }) => copyFileSync(kept, copy));
  }
}

/** Puts a project's new assembly beside the tests, where its copies are. */
function swapIn(tree, project) {
  const name = `${basename(project, ".csproj")}.dll`;
  const made = join(dirname(join(tree, project)), "bin/Debug/net10.0", name);
  const copies = execFileSync("find", [join(tree, TESTS, "bin"), "-name", name], { encoding: "utf8" }).trim().split("\n").filter(Boolean);
  if (copies.length === 0)
    throw new Error(`the tests have no copy of ${name}`);
  return copies.map((copy) => {
    const kept = `${copy}.kept`;
    if (!existsSync(kept))
      copyFileSync(copy, kept);
    copyFileSync(made, copy);
    return { copy, kept };
  });
}

function build(tree, project, more) {
  const made = spawnSync("dotnet", ["build", join(tree, project), ...more, ...QUIET_BUILD], { encoding: "utf8", cwd: tree });
  if (made.status !== 0)
    throw new Error(`${project} does not build: ${(made.stdout + made.stderr).split("\n").find((line) => line.includes("error")) ?? made.stdout}`);
}

function test(tree, patterns) {
  const dll = join(tree, TESTS, "bin/Debug/net10.0/IntegrationHub.UnitTests.dll");
  const ran = spawnSync("dotnet", ["exec", dll, "-noColor", ...patterns.flatMap((pattern) => ["-method", pattern])],
    { encoding: "utf8", cwd: tree, timeout: TEST_MINUTES_MAX * 60_000, maxBuffer: 1 << 28 });
  const summary = /Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+)/.exec(ran.stdout ?? "");
  if (!summary)
    throw new Error(`the tests ${ran.error?.code === "ETIMEDOUT" ? `do not end within ${TEST_MINUTES_MAX} minutes` : "crashed"}`);
  const [total, errors, failed, skipped] = summary.slice(1).map(Number);
  if (total === 0 || errors > 0 || skipped > 0)
    throw new Error(`${patterns.join(", ")}: ${summary[0]}`);
  const lines = ran.stdout.split("\n");
  const at = lines.findIndex((line) => line.includes("[FAIL]"));
  const why = at < 0 ? "" : lines.slice(at + 1, at + 5).map((line) => line.trim()).filter((line) => line && !line.startsWith("Stack Trace")).join(" ");
  return { total, failed, said: `${failed} of ${total} failed${why ? `: ${why.slice(0, 240)}` : ""}` };
}

function whyUnfit(tree, entry, { file, from }) {
  const path = join(tree, file);
  if (!existsSync(path))
    return `${entry.title}: there is no ${file}. Name the file that holds the protection now.`;
  const times = readFileSync(path, "utf8").split(from).length - 1;
  return times === 1 ? undefined
    : `${entry.title}: the text to replace occurs ${times} times in ${file}, 1 is expected. Look where the protection is now:\n${from}`;
}

function projectOf(tree, file) {
  for (let folder = dirname(file); folder !== "."; folder = dirname(folder)) {
    const project = readdirSync(join(tree, folder)).find((name) => name.endsWith(".csproj"));
    if (project)
      return join(folder, project);
  }

  throw new Error(`${file} belongs to no project`);
}

/** "== title", then "test PATTERN" lines, then changes: "file PATH", "---- from", text, "---- to", text, "---- end". */
function readList(name) {
  const entries = [];
  let part = "";
  for (const [index, line] of readFileSync(join(here, name), "utf8").split("\n").entries()) {
    const entry = entries.at(-1);
    const change = entry?.changes.at(-1);
    if (part && line !== "---- to" && line !== "---- end")
      change[part].push(line);
    else if (line.startsWith("== "))
      entries.push({ title: line.slice(3), tests: [], changes: [] });
    else if (entry && line.startsWith("test "))
      entry.tests.push(line.slice(5));
    else if (entry && line.startsWith("file "))
      entry.changes.push({ file: line.slice(5), from: [], to: [] });
    else if (change && /^---- (from|to|end)$/.test(line))
      part = line === "---- end" ? "" : line.slice(5);
    else if (entry && line.trim())
      throw new Error(`${name}, line ${index + 1}: expected "test", "file", "---- from" or "== title", found: ${line}`);
  }

  entries.forEach((entry) => {
    if (entry.tests.length === 0 || entry.changes.length === 0)
      throw new Error(`${name}: "${entry.title}" needs a test and a change.`);
  });
  return entries.map((entry) => ({
    ...entry, changes: entry.changes.map(({ file, from, to }) => ({ file, from: from.join("\n"), to: to.join("\n") })),
  }));
}

function readOptions(words) {
  const read = { keep: false };
  while (words.length > 0) {
    const word = words.shift();
    if (word === "--keep")
      read.keep = true;
    else if (word === "--only" && words.length > 0)
      read.only = new RegExp(words.shift());
    else if (word === "--scratch" && words.length > 0)
      read.scratch = words.shift();
    else
      throw new Error(`${word} is no option. There are --only REGEX, --scratch DIR and --keep.`);
  }

  return read;
}
