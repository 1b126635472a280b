import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { commandGroups } from '../../cli/commands/groups.ts';
import { operationIds } from '../../cli/commands/operation-command.ts';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

/** Those of `call` and `sign` are operations, and have a table of their own. */
function leaves(command: Command, before = 'license-server'): string[] {
  const words = `${before} ${command.name()}`;
  const below = ['call', 'sign'].includes(command.name()) ? [] : command.commands;
  return below.length === 0 ? [words] : below.flatMap(one => leaves(one, words));
}

it.each(commandGroups.flatMap(group => leaves(group())))('docs/cli.md names %s', words => {
  expect(page).toMatch(new RegExp(`${words}(?![a-z-])`));
});

it.each(operationIds())('docs/cli.md names the operation %s', id => {
  expect(page).toContain(`| \`${id}\` |`);
});
