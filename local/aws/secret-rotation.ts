import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { changing, type Operation } from './json-service.ts';
import {
  moveStage,
  type Secret,
  type SecretRotation,
  type SecretStore,
  secretId,
  versionId,
  versionWithStage,
} from './secret-store.ts';
import { ServiceError } from './service-error.ts';

/** The rotation functions, as Secrets Manager can reach them. */
export interface RotationFunctions {
  has(functionArn: string): boolean;
  /** @returns whether the function ended without an error */
  invoke(functionArn: string, event: object): Promise<boolean>;
}

const rotateSecret = z.object({
  SecretId: secretId,
  ClientRequestToken: versionId.optional(),
  RotationLambdaARN: z.string().max(2048).optional(),
  RotationRules: z
    .object({
      AutomaticallyAfterDays: z.int().min(1).max(1000).optional(),
      Duration: z.string().optional(),
      ScheduleExpression: z
        .string()
        .max(256)
        .refine(text => intervalHours(text) !== 'invalid', 'Member must be a schedule of 4 hours to 999 days')
        .optional(),
    })
    .refine(rules => rules.AutomaticallyAfterDays === undefined || rules.ScheduleExpression === undefined, {
      message: 'Member must have AutomaticallyAfterDays or ScheduleExpression, but not both',
    })
    .optional(),
  RotateImmediately: z.boolean().default(true),
});

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const hourMs = 3_600_000;

/** Runs rotations as the service does: asynchronously, one at a time per secret. */
export class SecretRotations {
  readonly #store: SecretStore;
  readonly #functions: RotationFunctions;
  readonly #running = new Set<Promise<void>>();

  constructor(store: SecretStore, functions: RotationFunctions) {
    this.#store = store;
    this.#functions = functions;
  }

  operations(): Record<string, Operation> {
    return {
      RotateSecret: changing(rotateSecret, input => {
        const secret = this.#store.findLive(input.SecretId);
        const rotation = configured(secret, input, this.#store.now());
        this.#requireFunction(rotation.functionArn);
        secret.rotation = rotation;
        const { RotateImmediately: isWhole, ClientRequestToken: token = randomUUID() } = input;
        this.#assertNoneRunning(secret);
        this.#begin(secret, token, isWhole);
        return { ARN: secret.arn, Name: secret.name, VersionId: token };
      }),
      CancelRotateSecret: changing(z.object({ SecretId: secretId }), input => {
        const secret = this.#store.findLive(input.SecretId);
        if (secret.rotation) secret.rotation = { ...secret.rotation, enabled: false, nextAtMs: null };
        return { ARN: secret.arn, Name: secret.name };
      }),
    };
  }

  /** Starts scheduled rotations; an incomplete one is repeated with its own version. */
  beginDue(): void {
    const nowMs = this.#store.now();
    for (const secret of this.#store.secrets.values()) {
      const { rotation } = secret;
      if (!rotation?.enabled || rotation.nextAtMs === null || rotation.nextAtMs > nowMs) continue;
      secret.rotation = { ...rotation, nextAtMs: nextAtMs(rotation.rules, nowMs) };
      this.#begin(secret, incompleteOf(secret) ?? randomUUID(), true);
    }
  }

  /** Resolves when no rotation is running. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** @throws AccessDeniedException */
  #requireFunction(functionArn: string): void {
    if (this.#functions.has(functionArn)) return;
    throw new ServiceError('AccessDeniedException', 'Secrets Manager cannot invoke the specified Lambda function.');
  }

  #assertNoneRunning(secret: Secret): void {
    const incomplete = incompleteOf(secret);
    if (incomplete === undefined) return;
    this.#begin(secret, incomplete, true);
    const message = "A previous rotation isn't complete. That rotation will be reattempted.";
    throw new ServiceError('InvalidRequestException', message);
  }

  #begin(secret: Secret, versionId: string, isWhole: boolean): void {
    if (!secret.versions.some(version => version.versionId === versionId)) {
      const empty = { versionId, createdAtMs: this.#store.now(), secretString: null, secretBinary: null, stages: [] };
      secret.versions.push(empty);
      moveStage(secret, 'AWSPENDING', empty);
    }
    const run = this.#run(secret, versionId, isWhole).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run(secret: Secret, versionId: string, isWhole: boolean): Promise<void> {
    const functionArn = secret.rotation?.functionArn ?? '';
    for (const Step of isWhole ? steps : ['testSecret']) {
      const event = { Step, SecretId: secret.arn, ClientRequestToken: versionId };
      const succeeded = await this.#functions.invoke(functionArn, event).catch(() => false);
      if (!succeeded && isWhole) return;
    }
    if (isWhole && secret.rotation) secret.rotation.lastAtMs = this.#store.now();
    // Remove the version of a test of the settings.
    if (!isWhole) for (const version of secret.versions) if (version.versionId === versionId) version.stages = [];
  }
}

function configured(secret: Secret, input: z.infer<typeof rotateSecret>, nowMs: number): SecretRotation {
  const functionArn = input.RotationLambdaARN ?? secret.rotation?.functionArn;
  if (functionArn === undefined) {
    const message = "No Lambda rotation function ARN is associated with this secret, and the request doesn't have one.";
    throw new ServiceError('InvalidRequestException', message);
  }
  const rules = input.RotationRules ?? secret.rotation?.rules ?? {};
  return {
    functionArn,
    rules,
    enabled: true,
    lastAtMs: secret.rotation?.lastAtMs ?? null,
    nextAtMs: nextAtMs(rules, nowMs),
  };
}

function nextAtMs({ AutomaticallyAfterDays: days, ScheduleExpression }: SecretRotation['rules'], nowMs: number) {
  const hours = ScheduleExpression === undefined ? undefined : intervalHours(ScheduleExpression);
  if (typeof hours === 'number') return nowMs + hours * hourMs;
  return days === undefined ? null : nowMs + days * 24 * hourMs;
}

/** Returns the interval of a rate() expression (user guide, "Rotation schedules"); a cron() expression is accepted and never starts. */
function intervalHours(expression: string): number | 'cron' | 'invalid' {
  if (/^cron\([^()]+\)$/.test(expression)) return 'cron';
  const [, amount, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(expression) ?? [];
  const hours = Number(amount) * (unit === 'day' ? 24 : 1);
  return hours >= 4 && hours <= 999 * 24 ? hours : 'invalid';
}

/** Returns the version of an incomplete rotation: AWSPENDING on another version than AWSCURRENT. */
function incompleteOf(secret: Secret): string | undefined {
  const pending = versionWithStage(secret, 'AWSPENDING');
  return pending?.stages.includes('AWSCURRENT') ? undefined : pending?.versionId;
}
