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

/** Label of a version that is written but not current yet; not AWSPENDING, which belongs to rotations. */
const written = 'LICENSE_WRITTEN';

/**
 * Writes a secret's value, then moves AWSCURRENT to it from the version that was read: compare and set.
 * @returns the new version; read it back to learn whether it became current or another process has written in between
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

/** Moves AWSCURRENT. A refusal is ignored: the AWS SDK may have retried a successful move whose answer was lost. */
export async function moveCurrent(client: SecretWriter, SecretId: string, to: string, from: string): Promise<void> {
  const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: to, RemoveFromVersionId: from };
  try {
    await client.updateSecretVersionStage(move);
  } catch (error) {
    if (nameOf(error) !== 'InvalidParameterException') throw error;
  }
}

/** Returns the name of an error, which identifies exceptions of the AWS SDK. */
export function nameOf(error: unknown): string {
  return String(Object(error).name);
}

/** Returns a handler that maps an expected exception to undefined and rethrows others. */
export function unless(expected: string): (error: unknown) => undefined {
  return error => {
    if (nameOf(error) !== expected) throw error;
    return undefined;
  };
}
