import '../request/silence-logs.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RefusalCode } from '../../../domain/kernel/refusal.ts';
import { problems, refusalCodes } from '../../../lambdas/problems.ts';
import { ProblemError } from '../../../sdk/problem-error.ts';
import { startServer } from '../../support/server/server.ts';
import { stateOfTable } from '../request/table-content.ts';
import { createStage, type Stage } from './operations-fixture.ts';
import type { Cases } from './refusal-case.ts';
import * as callers from './refusals-of-callers.ts';
import * as ended from './refusals-of-ended.ts';
import * as keys from './refusals-of-keys.ts';
import * as quarters from './refusals-of-quarters.ts';
import * as requests from './refusals-of-requests.ts';
import * as sites from './refusals-of-sites.ts';

/** Every code has a case, or this does not compile. */
const cases = {
  'signature-invalid': callers.signatureInvalid,
  'not-permitted': { ...callers.notPermitted, ...quarters.notPermitted },
  'not-found': { ...callers.notFound, ...callers.notFoundAlerts, ...quarters.notFound },
  'invalid-request': { ...requests.invalidRequest, ...quarters.invalidRequest },
  'body-too-large': requests.bodyTooLarge,
  'headers-too-large': requests.headersTooLarge,
  'idempotency-key-reused': sites.idempotencyKeyReused,
  'key-not-genuine': keys.keyNotGenuine,
  'key-superseded': keys.keySuperseded,
  'key-expired': keys.keyExpired,
  'site-deleted': ended.siteDeleted,
  'site-suspended': ended.siteSuspended,
  'enterprise-suspended': ended.enterpriseSuspended,
  'application-suspended': callers.applicationSuspended,
  'mode-required': sites.modeRequired,
  'mode-not-allowed': sites.modeNotAllowed,
  'mode-not-downgradable': sites.modeNotDowngradable,
  'mode-change-by-refresh': sites.modeChangeByRefresh,
  'state-operator-only': sites.stateOperatorOnly,
  'status-operator-only': sites.statusOperatorOnly,
  'reference-taken': sites.referenceTaken,
  'reference-was-production': sites.referenceWasProduction,
  'enterprise-cap-reached': callers.enterpriseCapReached,
  'application-exists': callers.applicationExists,
  'application-key-exists': callers.applicationKeyExists,
  'too-many-application-keys': callers.tooManyApplicationKeys,
  'no-change': { ...callers.noChange, ...quarters.noChange },
  'quarter-running': quarters.quarterRunning,
  'quarter-closed': quarters.quarterClosed,
  'quarter-not-swept': quarters.quarterNotSwept,
  conflict: { ...callers.conflict, ...quarters.conflict },
  unavailable: requests.unavailable,
  internal: requests.internal,
} as const satisfies Record<RefusalCode, Cases>;

describe('refuses and records nothing', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer());
  });
  afterEach(() => {
    stage.server.meter.fault = () => undefined;
  });
  afterAll(async () => await stage.server.close());

  describe.each(refusalCodes)('with %s', code => {
    it('has a case', () => {
      expect(Object.keys(cases[code]).length).toBeGreaterThan(0);
    });

    it.each(Object.entries<Cases[string]>(cases[code]))('%s', async (_name, arrange) => {
      const act = await arrange(stage);
      const before = await withoutAlerts();
      const refusal = await act().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ProblemError);
      expect(refusal).toMatchObject({ code, status: problems[code].status, problem: { title: problems[code].title } });
      if (code === 'internal') expect(JSON.stringify(refusal)).not.toMatch(/secret|detail/);
      if (code === 'invalid-request')
        expect(refusal).toMatchObject({ problem: { errors: [{ pointer: expect.any(String) }] } });
      expect(await withoutAlerts()).toEqual(before);
    });
  });
});

/** A refusal may be worth an alert: that is not a change of what it was about. */
async function withoutAlerts(): Promise<unknown> {
  return Object.entries(await stateOfTable()).filter(([key]) => !key.startsWith('N#'));
}
