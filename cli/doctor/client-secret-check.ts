import type { Check } from './check.ts';

/** Whether a secret of `LicenseClientSecrets`, in the account of an application, is rotated by Secrets Manager. */
export function clientSecretCheck(id: string): Check {
  return {
    id: 'client-secret',
    shows: `Secrets Manager rotates ${id}`,
    kind: 'read-only',
    remedy: 'the log of its rotation function gives the cause; then `aws secretsmanager rotate-secret --secret-id …`',
    async inspect({ aws }) {
      const { rotates, lastRotated, stages } = await aws.secret(id);
      const isPending = stages.some(labels => labels.includes('AWSPENDING') && !labels.includes('AWSCURRENT'));
      const faults = [
        ...(rotates ? [] : ['rotation is off']),
        ...(lastRotated ? [] : ['it was never rotated']),
        ...(isPending ? ['a rotation has not ended: a version is AWSPENDING only'] : []),
      ];
      return { faults, seen: `last rotated ${lastRotated?.toISOString()}` };
    },
  };
}
