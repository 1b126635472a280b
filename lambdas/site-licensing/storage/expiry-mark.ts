import type { Seconds } from '../../../domain/kernel/time.ts';
import { alertAt, type ExpiryPhase } from '../../../domain/site-licensing/expiry-sweep.ts';
import { commitWithAlerts } from '../../platform/changes/raise-alerts.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { absent, allOf, anyOf, compare } from '../../platform/storage/condition-expression.ts';
import type { ExpiryEntry } from '../../platform/storage/expiry-index.ts';
import { ConditionFailedError, type Write } from '../../platform/storage/table.ts';

/**
 * Raises the expiry alert of a key or a link and marks it as sent, in one transaction. Raises none for an entry that was replaced, that
 * is not live, or whose alert was raised before. The mark is not part of the history: it raises no `seq` (docs/adr/0005).
 * @param at time of the expiry: the date of the alert, however late it is recorded
 * @returns whether the alert was raised now
 */
export async function notifyExpiry(
  runtime: Runtime,
  ending: ExpiryEntry,
  phase: ExpiryPhase,
  at: Seconds,
): Promise<boolean> {
  try {
    await commitWithAlerts(runtime, [markOf(ending, phase)], [alertAt(phase, ending.subject)], at);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailedError) return false;
    throw error;
  }
}

function markOf({ subject, key, xpk }: ExpiryEntry, { rank }: ExpiryPhase): Write {
  return {
    update: key,
    expression: 'SET #ends.#phase = :rank',
    names: { '#ends': subject.startsWith('enterprise:') ? 'link' : 'key', '#phase': 'phase', '#status': 'status' },
    values: { ':rank': rank },
    onlyIf: {
      expression: allOf(
        compare('xpk', '=', ':xpk'),
        anyOf(absent('#ends.#phase'), compare('#ends.#phase', '<', ':rank')),
        // The key of an enterprise has no status of its own.
        anyOf(absent('#status'), compare('#status', '=', ':live')),
      ),
      values: { ':xpk': xpk, ':live': 'live' },
    },
  };
}
