import type { Command } from 'commander';

/** Adds an example to the help of a command. @param usage command line without the program's name */
export function addExample(command: Command, usage: string): void {
  command.addHelpText('after', `\nExample:\n  license-server ${usage}`);
}
