import assert from 'node:assert/strict';
import { ProblemError } from '../../sdk/problem-error.ts';

/** Prints a fact of a step; shortens long values, such as keys. */
export type Show = (label: string, value: unknown) => void;
export type RunStep = <T>(title: string, act: (show: Show) => Promise<T>) => Promise<T>;

/** Thrown when a step fails, with its cause. */
class StepError extends Error {}

/** Formats the failure of a run: the step, then all its causes. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const causes = error instanceof AggregateError ? error.errors : [error.cause ?? []].flat();
  return [error.message, ...causes.map(failureText)].join('\n');
}

/** Creates a runner that numbers the steps and prints each with its facts. @throws StepError */
export function createStepRunner(print: (line: string) => void): { step: RunStep; count(): number } {
  let number = 0;
  const step: RunStep = async (title, act) => {
    number += 1;
    print(`\n${String(number).padStart(2)}  ${title}`);
    try {
      const result = await act((label, value) => print(`      ${label.padEnd(24)} ${short(value)}`));
      print('    ✔');
      return result;
    } catch (error) {
      print(`    ✘ ${error instanceof Error ? error.message : error}`);
      throw new StepError(`Step ${number} failed: ${title}`, { cause: error });
    }
  };
  return { step, count: () => number };
}

const maxLength = 90;

function short(value: unknown): string {
  const text = String(value);
  return text.length <= maxLength ? text : `${text.slice(0, 24)}…${text.slice(-12)} (${text.length} characters)`;
}

/** Asserts that a call is refused with a code, and prints it. */
export async function refused(show: Show, what: string, call: Promise<unknown>, code: string): Promise<void> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert(error instanceof ProblemError, `${what} was not refused${error instanceof Error ? `: ${error.message}` : ''}`);
  show(what, `refused, ${error.status} ${error.code}`);
  assert.equal(error.code, code);
}
