import { expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { commandGroups } from '../../cli/commands/groups.ts';
import { fieldsOf } from '../../cli/fields.ts';

/** Each command that does something, with the words that call it. */
function leaves(command: Command, before: readonly string[] = []): [string, Command][] {
  const words = [...before, command.name()];
  return command.commands.length === 0
    ? [[words.join(' '), command]]
    : command.commands.flatMap(below => leaves(below, words));
}
const commands = commandGroups.flatMap(group => leaves(group()));

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: text => {
      help += text;
    },
  });
  command.outputHelp();
  return help;
}

it.each(commands)('%s --help shows it in use', (words, command) => {
  const [, example = ''] = /\nExample:\n {2}license-server (.+)\n?$/.exec(helpOf(command)) ?? [];
  const flags = [...example.matchAll(/ (--[a-z-]+)/g)].map(([, flag]) => flag);
  expect(example.startsWith(words)).toBe(true);
  expect(flags.filter(flag => !command.options.some(({ long }) => long === flag))).toEqual([]);
});

it('an example holds all that is required of JSON', () => {
  const samples = new Map(fieldsOf('submit-manifest').map(({ name, sample }) => [name, sample]));
  expect(JSON.parse(samples.get('sites') ?? '')).toEqual({ production: 1, dev: 1, proxy: 1 });
  expect(JSON.parse(samples.get('perEnterprise') ?? '')).toMatchObject([{ production: 1, configurationUsers: 1 }]);
  expect(samples.get('quarter')).toBe('2026-Q4');
});
