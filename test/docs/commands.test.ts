import { expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { commandGroups } from '../../cli/commands/groups.ts';
import { operationIds } from '../../cli/commands/operation-command.ts';
import { fieldsOf } from '../../cli/fields.ts';
import { pages } from './pages.ts';

const groups = commandGroups.map(group => group());

/** Code alone: blocks, their continued lines joined, and what stands between backticks. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  const lines = [...blocks, ...inline.map(code => code.replaceAll('\n', ' '))];
  return lines.map(code => code.replace(/\$\([^)]*\)/g, '…'));
}

const used = pages.flatMap(({ path, text }) =>
  codeOf(text).flatMap(code =>
    [...code.matchAll(/license-server (?!at |…|--help)([a-z][^|;&#)]*)/g)].map(
      ([, usage = '']) => [path, usage.trim()] as const,
    ),
  ),
);

/** Follows the words as far as they name commands. */
function commandOf(words: readonly string[]): Command | undefined {
  let found: Command | undefined;
  let below: readonly Command[] = groups;
  for (const word of words) {
    const next = below.find(command => command.name() === word);
    if (!next) break;
    found = next;
    below = next.commands;
  }
  return found;
}

it.each(used)('%s: license-server %s, with options that it has', (_path, usage) => {
  const command = commandOf(usage.split(/\s+/));
  const flags = [...usage.matchAll(/(?<=^|\s)(--[a-z-]+)/g)].map(([, flag]) => flag);
  expect(command).toBeDefined();
  expect(flags.filter(flag => !command?.options.some(({ long }) => long === flag))).toEqual([]);
});

const calls = used.flatMap(([path, usage]) => {
  const [, id, json = ''] = /^call ([a-z-]+)(?: '(\{.*)|$|\s)/.exec(usage) ?? [];
  return id === undefined ? [] : [[path, id, json] as const];
});

it.each(calls)('%s: call %s, with fields that it has: %s', (_path, id, json) => {
  const operation = operationIds().find(known => known === id);
  const fields = operation ? fieldsOf(operation).map(({ name }) => name) : [];
  const given = [...json.replace(/\{…\}|\[[^\]]*\]/g, '""').matchAll(/"(\w+)":/g)].map(([, name]) => name);
  expect(operation).toBeDefined();
  expect(given.filter(name => !fields.some(field => field === name))).toEqual([]);
});
