import { ProblemError } from '../../sdk/problem-error.ts';
import type { Check, CheckReport, InspectedStage } from './check.ts';

/** Runs checks sequentially; a failure does not prevent the others. */
export async function runChecks(
  checks: readonly Check[],
  stage: InspectedStage,
  throwAway: boolean,
): Promise<CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const check of checks)
    reports.push(check.kind === 'read-only' || throwAway ? await reportOf(check, stage) : notRun(check));
  return reports;
}

async function reportOf({ id: check, verifies, remedy, inspect }: Check, stage: InspectedStage): Promise<CheckReport> {
  try {
    const { faults, seen } = await inspect(stage);
    if (faults.length === 0) return { check, result: 'ok', verifies, detail: seen, remedy: '' };
    return { check, result: 'failed', verifies, detail: faults.join('; '), remedy };
  } catch (error) {
    return { check, result: 'failed', verifies, detail: textOf(error), remedy };
  }
}

function notRun({ id: check, verifies }: Check): CheckReport {
  return { check, result: 'not run', verifies, detail: 'requires --throw-away', remedy: '' };
}

/** Formats an error with the request id, by which the log entry is found. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const instance = error instanceof ProblemError ? `, ${error.problem.instance ?? 'no instance'}` : '';
  return `${error.name}: ${error.message}${instance}`;
}
