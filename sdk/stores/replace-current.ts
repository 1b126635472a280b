/** The part of Secrets Manager that writes the value of a secret. */
export interface SecretWriter {
  putSecretValue(input: {
    SecretId: string;
    SecretString: string;
    ClientRequestToken: string;
    VersionStages: string[];
  }): Promise<unknown>;
  updateSecretVersionStage(input: {
    SecretId: string;
    VersionStage: string;
    MoveToVersionId: string;
    RemoveFromVersionId: string;
  }): Promise<unknown>;
}

/** A version that is written and does not count yet; not AWSPENDING, which belongs to rotations. */
const written = 'LICENSE_WRITTEN';

/**
 * Writes a secret's value, then moves AWSCURRENT to it from the version that was read: compare and set.
 * @returns the new version, which counts unless another has written in between: who reads it back knows
 */
export async function replaceCurrent(
  client: SecretWriter,
  SecretId: string,
  SecretString: string,
  before: string,
): Promise<string> {
  const token = crypto.randomUUID();
  await client.putSecretValue({ SecretId, SecretString, ClientRequestToken: token, VersionStages: [written] });
  await moveCurrent(client, SecretId, token, before);
  return token;
}

/** A move whose answer was lost is asked for again by the AWS SDK and refused: what counts is what is current then. */
export async function moveCurrent(client: SecretWriter, SecretId: string, to: string, from: string): Promise<void> {
  const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: to, RemoveFromVersionId: from };
  try {
    await client.updateSecretVersionStage(move);
  } catch (error) {
    if (nameOf(error) !== 'InvalidParameterException') throw error;
  }
}

/** The AWS SDK tells its exceptions apart by name. */
export function nameOf(error: unknown): string {
  return String(Object(error).name);
}

/** Takes an expected exception for an answer: there is none. */
export function unless(expected: string): (error: unknown) => undefined {
  return error => {
    if (nameOf(error) !== expected) throw error;
    return undefined;
  };
}
