import type { Command } from 'commander';

/** Ends the help of a command by one line that shows it in use. @param usage without the program's name */
export function addExample(command: Command, usage: string): void {
  command.addHelpText('after', `\nExample:\n  license-server ${usage}`);
}
