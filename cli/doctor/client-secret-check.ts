import type { Check } from './check.ts';

/** Returns the check that Secrets Manager rotates a secret of `LicenseClientSecrets` in the account of an application. */
export function clientSecretCheck(id: string): Check {
  return {
    id: 'client-secret',
    verifies: `Secrets Manager rotates ${id}`,
    kind: 'read-only',
    remedy: 'the log of its rotation function gives the cause; then `aws secretsmanager rotate-secret --secret-id …`',
    async inspect({ aws }) {
      const { rotates, lastRotated, stages } = await aws.secret(id);
      const isPending = stages.some(labels => labels.includes('AWSPENDING') && !labels.includes('AWSCURRENT'));
      const faults = [
        ...(rotates ? [] : ['rotation is off']),
        ...(lastRotated ? [] : ['it was never rotated']),
        ...(isPending ? ['a rotation is incomplete: a version is AWSPENDING only'] : []),
      ];
      return { faults, seen: `last rotated ${lastRotated?.toISOString()}` };
    },
  };
}
