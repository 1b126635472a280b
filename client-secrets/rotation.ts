import * as z from 'zod';
import type { PinnedRoot } from '../sdk/pinned-root.ts';
import { createKnownRoots } from '../sdk/roots/known-roots.ts';
import { connect } from './profile.ts';
import { rotatedSecret, type SecretsClient } from './rotated-secret.ts';
import { RotationError, rotationErrorOf } from './rotation-error.ts';
import { createSecret, finishSecret, type Outcome, type Rotation, setSecret, testSecret } from './steps.ts';

/** Event of Secrets Manager (AWS Secrets Manager user guide, "Lambda rotation functions"). */
const Event = z.object({
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
  SecretId: z.string(),
  ClientRequestToken: z.string(),
});
type Event = z.infer<typeof Event>;

const steps = { createSecret, setSecret, testSecret, finishSecret } as const satisfies Record<
  Event['Step'],
  (rotation: Rotation) => Promise<Outcome>
>;

export interface RotationSettings {
  readonly secrets: SecretsClient;
  /** Name of the secret with the application's profile. */
  readonly profile: string;
  readonly root: PinnedRoot;
  readonly fetch?: typeof fetch;
  /** Returns the time in seconds since 1970. @default the clock of this machine */
  readonly now?: () => number;
  /** Writes one log line per step. */
  readonly log: (line: Readonly<Record<string, string>>) => void;
}

/**
 * Creates the rotation function of Secrets Manager for license keys. Every step is idempotent.
 * @returns handles an event, given the ARN of the invoked function; throws a RotationError, after which Secrets Manager retries
 */
export function createRotation(settings: RotationSettings): (event: unknown, functionArn: string) => Promise<void> {
  return async (raw, functionArn) => {
    const event = Event.parse(raw);
    const about = { step: event.Step, secret: event.SecretId };
    try {
      settings.log({ level: 'INFO', ...about, outcome: await run(event, functionArn, settings) });
    } catch (error) {
      const failure = rotationErrorOf(error);
      settings.log({ level: 'ERROR', ...about, code: failure.code, message: failure.message });
      throw failure;
    }
  };
}

async function run(event: Event, functionArn: string, settings: RotationSettings): Promise<Outcome> {
  const secret = rotatedSecret(settings.secrets, event, functionArn);
  const stages = await secret.stages();
  if (stages.includes('AWSCURRENT')) {
    // An earlier finish was interrupted before its last request.
    if (event.Step === 'finishSecret') await secret.dropPending();
    return 'current';
  }
  if (!stages.includes('AWSPENDING'))
    throw new RotationError('no-rotation', 'The rotation was cancelled. The next one repeats the same refresh.');
  const { secrets, profile, root, fetch, now = () => Math.floor(Date.now() / 1000) } = settings;
  const connected = async () => {
    const { SecretString = '' } = await secrets.getSecretValue({ SecretId: profile });
    return await connect(SecretString, { ...(fetch && { fetch }), now });
  };
  const roots = createKnownRoots({ connect: async () => (await connected()).client, now, root });
  return await steps[event.Step]({ secret, roots, connect: connected });
}
