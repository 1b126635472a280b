import { hour } from '../../domain/kernel/time.ts';
import type { Client } from '../client.ts';
import { listener } from '../listener.ts';
import type { PinnedRoot } from '../pinned-root.ts';
import { singleAttempt } from '../retries.ts';
import { createKnownRoots, rootsBy } from '../roots/known-roots.ts';
import { runInBackground } from '../run-in-background.ts';
import { randomName } from '../sign-request.ts';
import type { KeyStore } from '../stores/key-store.ts';
import type { KeyClaims } from '../verify.ts';
import { verifyVerdict } from '../verify-verdict.ts';
import { withTimeout } from '../with-timeout.ts';
import { type Admission, type Admitted, admissionOf, LicenseRefusedError, refused } from './admission.ts';
import { createGuardKnowledge } from './guard-knowledge.ts';
import { alertByClient, createAlertSender, type SendAlert } from './key-alerts.ts';
import { createMutex } from './mutex.ts';
import { fetchOwnPolicy } from './own-policy.ts';
import type { Owner } from './scope.ts';
import type { Reading } from './trusted-time.ts';
import { createVerifiedKeys } from './verified-keys.ts';

export interface LicenseGuardSettings {
  readonly client: Client;
  /** This application: `hub/hwf`, the first two parts of your keyid. */
  readonly application: string;
  readonly root: PinnedRoot;
  /** Keeps verdicts, the time and followed Roots beyond a restart; without a store, a restart requires the server. */
  readonly store?: KeyStore | undefined;
  /** Lifetime of a verdict in seconds. @default 3600, or less by the policy of the application */
  readonly cacheSeconds?: number | undefined;
  /** Seconds for which confirmed keys are accepted while the server can't be reached. @default 5 days, or less by the policy */
  readonly graceSeconds?: number | undefined;
  /** Milliseconds that a check waits for the server before it decides without it. @default 5000 */
  readonly waitMs?: number | undefined;
  /** Reports an invalid key to the vendor. @default send-alert */
  readonly sendAlert?: SendAlert | undefined;
  /** Receives errors of requests, of alerts and of the store; never a key. */
  readonly onError?: ((error: unknown) => void) | undefined;
  readonly clocks?: (() => Reading) | undefined;
  /** 0 … 1 @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** Decides for each request, or each run of a job, whether its license key is valid; also for keys of other applications. */
export interface LicenseGuard {
  /** Checks a key. Never throws because of a key or the server; the result contains the reason. */
  check(key: string | undefined): Promise<Admission>;
  /** Wraps a job so that it runs with a valid key only; the job receives the admission. @throws LicenseRefusedError */
  protect<A extends unknown[], R>(
    key: string | (() => string | undefined | Promise<string | undefined>),
    work: (admitted: Admitted, ...args: A) => R | Promise<R>,
  ): (...args: A) => Promise<R>;
  /** Saves the knowledge and sends the counted alerts. */
  close(): Promise<void>;
}

const maxConcurrentRequests = 8;
const flushEveryMs = hour * 1000;

/** Creates a guard. @throws StoreError; TypeError when the pinned Root, the application or a limit is invalid */
export async function createLicenseGuard(settings: LicenseGuardSettings): Promise<LicenseGuard> {
  const { client, application, waitMs = 5000, clocks = machineClocks } = settings;
  const onError = listener(settings.onError);
  const owner = ownerOf(application);
  const roots = createKnownRoots({ ...settings, ...rootsBy(client), waitMs, onError });
  await roots.load();
  const audience = `application:${application}`;
  const knowledge = await createGuardKnowledge({ ...settings, owner, clocks, onError, audience, roots });
  const reports = createAlertSender(settings.sendAlert ?? alertByClient(client), onError);
  const genuine = createVerifiedKeys(roots);
  const mutex = createMutex(maxConcurrentRequests);
  const flushing = runInBackground(setInterval(() => void reports.flush(), flushEveryMs));

  /** @param after the failures of the connection when the request was decided; if there are more by now, it is skipped */
  async function requestVerdict(key: string, claims: KeyClaims, after: number): Promise<void> {
    if (knowledge.failures() > after) return;
    const nonce = randomName();
    try {
      const { verdict } = await client.call('check-validity', { key }, { ...singleAttempt, nonce });
      const asked = { nonce, audience, key: claims, now: 'own-expiry' } as const;
      const said = await roots.verify(async pinned => await verifyVerdict(verdict, { ...pinned, ...asked }));
      knowledge.believe(claims, { token: verdict, claims: said }, after);
      void knowledge.learnPolicy(async now => await fetchOwnPolicy(client, roots, audience, now));
    } catch (error) {
      knowledge.noAnswer(claims, after);
      onError(error);
    }
  }

  async function check(key: string | undefined): Promise<Admission> {
    if (!key) return refused('key-missing');
    const claims = await genuine(key);
    if (!claims) return refused('key-not-genuine');
    const { decision, ask } = knowledge.judge(claims, true);
    const after = knowledge.failures();
    const answered = ask && mutex(claims.jti, async () => await requestVerdict(key, claims, after));
    if (!decision) {
      await withTimeout(waitMs, answered);
      return admissionOf(claims, knowledge.judge(claims, false).decision ?? { allowed: false, reason: 'grace-ended' });
    }
    const admission = admissionOf(claims, decision);
    // A refusal by the locally known policy is not reported: it is no statement about the key.
    if (!admission.allowed && !('basis' in decision)) reports.count(admission, knowledge.now());
    return admission;
  }

  return {
    check,
    protect:
      (key, work) =>
      async (...args) => {
        const admission = await check(typeof key === 'string' ? key : await key());
        if (!admission.allowed) throw new LicenseRefusedError(admission);
        return await work(admission, ...args);
      },
    async close() {
      clearInterval(flushing);
      await Promise.all([reports.flush(), knowledge.close()]);
    },
  };
}

/** Parses the name of the application. @throws TypeError */
function ownerOf(application: string): Owner {
  const [, org, app] = /^([a-z0-9]+)\/([a-z0-9-]+)$/.exec(application) ?? [];
  if (org === undefined || app === undefined)
    throw new TypeError(
      `The application ${application} is invalid: expected the first two parts of its keyid, such as hub/hwf.`,
    );
  return { org, app };
}

function machineClocks(): Reading {
  return { clock: Date.now() / 1000, ticks: performance.now() / 1000 };
}
