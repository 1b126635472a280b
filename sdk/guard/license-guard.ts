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
import { createMutex } from './mutex.ts';
import { askOwnPolicy } from './own-policy.ts';
import { createReports, reportByClient, type SendReport } from './reports.ts';
import type { Owner } from './scope.ts';
import type { Reading } from './trusted-time.ts';
import { createVerifiedKeys } from './verified-keys.ts';

export interface LicenseGuardSettings {
  readonly client: Client;
  /** who asks: `hub/hwf`, the first two parts of your keyid */
  readonly application: string;
  readonly root: PinnedRoot;
  /** keeps verdicts, the time and followed Roots beyond a restart; without one a restart needs the server */
  readonly store?: KeyStore | undefined;
  /** how long a verdict counts @default 3600, or less by the policy of the application */
  readonly cacheSeconds?: number | undefined;
  /** how long keys are accepted that the server vouched for when it can't be asked @default 5 days, or less by the policy */
  readonly graceSeconds?: number | undefined;
  /** how long a check may wait for the server before it decides without @default 5000 */
  readonly waitMs?: number | undefined;
  /** tells the vendor of an invalid key @default send-alert */
  readonly report?: SendReport | undefined;
  /** hears why the server was not asked, a report not sent, the memory not kept; never of keys */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
  readonly clocks?: (() => Reading) | undefined;
  /** 0 … 1 @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** Decides for each request, or each run of a job, whether its key is good; also for keys of other applications. */
export interface LicenseGuard {
  /** Never throws because of a key or the server: it says why not. */
  check(key: string | undefined): Promise<Admission>;
  /** Wraps a job so that it runs with a good key only. The job is told what it was admitted by. @throws LicenseRefused */
  protect<A extends unknown[], R>(
    key: string | (() => string | undefined | Promise<string | undefined>),
    work: (admitted: Admitted, ...args: A) => R | Promise<R>,
  ): (...args: A) => Promise<R>;
  /** Writes down what is known and sends what is counted. */
  close(): Promise<void>;
}

const mostQuestions = 8;
const flushEveryMs = hour * 1000;

/** @throws StoreUnusable; TypeError when the pinned Root, the application or a limit is none */
export async function createLicenseGuard(settings: LicenseGuardSettings): Promise<LicenseGuard> {
  const { client, application, waitMs = 5000, clocks = machineClocks } = settings;
  const onTrouble = listener(settings.onTrouble);
  const owner = ownerOf(application);
  const roots = createKnownRoots({ ...settings, ...rootsBy(client), waitMs, onTrouble });
  await roots.load();
  const audience = `application:${application}`;
  const knowledge = await createGuardKnowledge({ ...settings, owner, clocks, onTrouble, audience, roots });
  const reports = createReports(settings.report ?? reportByClient(client), onTrouble);
  const genuine = createVerifiedKeys(roots);
  const oneAtATime = createMutex(mostQuestions);
  const flushing = runInBackground(setInterval(() => void reports.flush(), flushEveryMs));

  /** @param after the failures of the connection when it was decided to ask: one more since then, and the others need not try */
  async function question(key: string, claims: KeyClaims, after: number): Promise<void> {
    if (knowledge.failures() > after) return;
    const nonce = randomName();
    try {
      const { verdict } = await client.call('check-validity', { key }, { ...singleAttempt, nonce });
      const asked = { nonce, audience, key: claims, now: 'own-expiry' } as const;
      const said = await roots.verify(async pinned => await verifyVerdict(verdict, { ...pinned, ...asked }));
      knowledge.believe(claims, { token: verdict, claims: said }, after);
      void knowledge.learnPolicy(async now => await askOwnPolicy(client, roots, audience, now));
    } catch (error) {
      knowledge.noAnswer(claims, after);
      onTrouble(error);
    }
  }

  async function check(key: string | undefined): Promise<Admission> {
    if (!key) return refused('key-missing');
    const claims = await genuine(key);
    if (!claims) return refused('key-not-genuine');
    const { decision, ask } = knowledge.judge(claims, true);
    const after = knowledge.failures();
    const answered = ask && oneAtATime(claims.jti, async () => await question(key, claims, after));
    if (!decision) {
      await withTimeout(waitMs, answered);
      return admissionOf(claims, knowledge.judge(claims, false).decision ?? { allowed: false, reason: 'grace-ended' });
    }
    const admission = admissionOf(claims, decision);
    // What is merely outside of the policy, as far as that is known here, is no news of the key.
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

/** Under another name all keys would be those of another Org, and reported as such. @throws TypeError */
function ownerOf(application: string): Owner {
  const [, org, app] = /^([a-z0-9]+)\/([a-z0-9-]+)$/.exec(application) ?? [];
  if (org === undefined || app === undefined)
    throw new TypeError(
      `The application must be given as hub/hwf, the first two parts of its keyid: it is ${application}.`,
    );
  return { org, app };
}

function machineClocks(): Reading {
  return { clock: Date.now() / 1000, ticks: performance.now() / 1000 };
}
