import assert from 'node:assert/strict';
import { ProblemError } from '../../sdk/problem-error.ts';

/** Shows one fact of a step; long values, such as keys, are shortened. */
export type Show = (label: string, value: unknown) => void;
export type Narrate = <T>(title: string, act: (show: Show) => Promise<T>) => Promise<T>;

/** A step did not do what it says; its cause says why. */
class StepFailed extends Error {}

/** Returns what is printed last of a run that failed: which step, and then all its causes. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const causes = error instanceof AggregateError ? error.errors : [error.cause ?? []].flat();
  return [error.message, ...causes.map(failureText)].join('\n');
}

/** Numbers the steps of the story, and prints each with what it showed. @throws StepFailed */
export function createNarrator(print: (line: string) => void): { tell: Narrate; steps(): number } {
  let number = 0;
  const tell: Narrate = async (title, act) => {
    number += 1;
    print(`\n${String(number).padStart(2)}  ${title}`);
    try {
      const result = await act((label, value) => print(`      ${label.padEnd(24)} ${short(value)}`));
      print('    ✔');
      return result;
    } catch (error) {
      print(`    ✘ ${error instanceof Error ? error.message : error}`);
      throw new StepFailed(`Step ${number} did not do what it says: ${title}`, { cause: error });
    }
  };
  return { tell, steps: () => number };
}

const longest = 90;

function short(value: unknown): string {
  const text = String(value);
  return text.length <= longest ? text : `${text.slice(0, 24)}…${text.slice(-12)} (${text.length} characters)`;
}

/** Awaits a refusal with this code, and shows it. */
export async function refused(show: Show, what: string, call: Promise<unknown>, code: string): Promise<void> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert(error instanceof ProblemError, `${what} was not refused${error instanceof Error ? `: ${error.message}` : ''}`);
  show(what, `refused, ${error.status} ${error.code}`);
  assert.equal(error.code, code);
}
