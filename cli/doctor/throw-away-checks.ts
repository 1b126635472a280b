import { EnterpriseId } from '../../domain/kernel/ids.ts';
import { randomName } from '../../sdk/sign-request.ts';
import type { Check, InspectedStage } from './check.ts';

/** Checks on a test enterprise. */
export const throwAwayChecks: readonly Check[] = [
  {
    id: 'create-key',
    verifies:
      'KMS creates the key of an enterprise for our role: lock-out check, key policy, alias that does not exist yet',
    kind: 'throw-away',
    remedy: 'the log of create-enterprise names the call that was refused: docs/not-run-in-aws.md',
    async inspect(stage) {
      return { faults: [], seen: await stage.throwAway() };
    },
  },
  {
    id: 'alias',
    verifies: 'the alias of the enterprise leads to an enabled key of the right kind',
    kind: 'throw-away',
    remedy: 'the log of create-enterprise contains the answer of KMS to CreateAlias: docs/not-run-in-aws.md',
    async inspect(stage) {
      const { enabled, kind } = await stage.aws.enterpriseKey(await stage.throwAway());
      return {
        faults: enabled && kind === 'ECC_NIST_P256 SIGN_VERIFY' ? [] : [`${kind}, enabled: ${enabled}`],
        seen: kind,
      };
    },
  },
  {
    id: 'audit',
    verifies: 'a change arrives in the audit trail: the stream is read, the event is written',
    kind: 'throw-away',
    remedy: 'the log of write-audit and the state of its event source mapping give the cause',
    async inspect(stage) {
      const enterprise = await stage.throwAway();
      const seen = await retry(stage, async () => {
        const { events } = await stage.api.call('list-audit-events', { enterprise });
        return events[0]?.action;
      });
      return { faults: seen === undefined ? ['no event has arrived'] : [], seen: seen ?? '' };
    },
  },
  {
    id: 'expiry-index',
    verifies:
      'dynamodb:LeadingKeys on the index is its partition key: the sweep reads it (this starts the hourly sweep once)',
    kind: 'throw-away',
    remedy:
      'AccessDeniedException on the index: drop the condition in lib/store/ledger-table.ts, the ARN of the index remains',
    // The sweep is idempotent and does not skip an hour whose query was denied, so an earlier denial repeats here.
    async inspect({ aws }) {
      const fault = await aws.start('sweep-expiry');
      return { faults: fault === undefined ? [] : [fault], seen: 'the sweep has run' };
    },
  },
  {
    id: 'disable-key',
    verifies: 'DisableKey knows the alias of a compromised key, minutes after the alias was created',
    kind: 'throw-away',
    remedy: 'AccessDeniedException in the log of rotate-enterprise-signing-key: drop the condition kms:ResourceAliases',
    async inspect(stage) {
      const enterpriseId = EnterpriseId.parse(await stage.throwAway());
      const rotation = { enterpriseId, reason: 'compromised' } as const;
      const idempotencyKey = randomName();
      const done = await retry(stage, async () => {
        const rotated = stage.api.call('rotate-enterprise-signing-key', rotation, { idempotencyKey });
        return await rotated.catch(() => undefined);
      });
      if (!done) return { faults: ['the rotation was refused each time'], seen: '' };
      const { enabled } = await stage.aws.enterpriseKey(enterpriseId);
      return { faults: enabled ? ['the key of generation 1 is still enabled'] : [], seen: 'generation 1 is disabled' };
    },
  },
];

/** Repeats an observation until it has a result. @returns undefined after the maximum number of attempts */
async function retry<T>(stage: InspectedStage, observe: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let tries = 1; ; tries++) {
    const seen = await observe();
    if (seen !== undefined || !(await stage.wait(tries))) return seen;
  }
}
