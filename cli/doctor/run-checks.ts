import { ProblemError } from '../../sdk/problem-error.ts';
import type { Check, CheckReport, InspectedStage } from './check.ts';

/** Runs the checks one after another; one that fails, or throws, does not keep the others from running. */
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

async function reportOf({ id: check, shows, remedy, inspect }: Check, stage: InspectedStage): Promise<CheckReport> {
  try {
    const { faults, seen } = await inspect(stage);
    if (faults.length === 0) return { check, result: 'ok', shows, detail: seen, remedy: '' };
    return { check, result: 'failed', shows, detail: faults.join('; '), remedy };
  } catch (error) {
    return { check, result: 'failed', shows, detail: textOf(error), remedy };
  }
}

function notRun({ id: check, shows }: Check): CheckReport {
  return { check, result: 'not run', shows, detail: 'needs --throw-away', remedy: '' };
}

/** The request's id leads to the log entry that gives the cause. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const instance = error instanceof ProblemError ? `, ${error.problem.instance ?? 'no instance'}` : '';
  return `${error.name}: ${error.message}${instance}`;
}
