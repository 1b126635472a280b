import type { PublicJwk, StatementDigests } from '../../../domain/chain/levels.ts';
import { thumbprintOf } from '../../../domain/chain/thumbprint.ts';
import { verifyChain, verifyLink } from '../../../domain/chain/verify-chain.ts';
import type { OrgId } from '../../../domain/kernel/ids.ts';
import type { Quarter } from '../../../domain/kernel/time.ts';
import { invokeFunction } from '../../platform/aws/invoke-function.ts';
import { checkSignature } from '../../platform/kernel/check-signature.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { pinnedChainVerifier } from '../../platform/trust/chain-verifier.ts';
import { verifiedOwn } from '../../platform/trust/outdated-roots.ts';
import { dynamoTrustStore, linksOf } from '../../platform/trust/trust-store.ts';
import { SignStatementAnswer } from '../functions/sign-statement/schema.ts';

/** Signs statements under one link of an Org. */
export interface StatementSigning {
  /** the Root that the signature verifies under */
  readonly root: PublicJwk;
  /** @returns `statement ~ org link`, verified */
  sign(statement: { quarter: Quarter; revision: number; rules: string; files: StatementDigests }): Promise<string>;
}

export interface StatementSigner {
  under(org: OrgId): Promise<StatementSigning>;
}

/** Invokes the function that signs statements, and verifies its answer under the pinned Root. */
export const lambdaStatementSigner = perRuntime(
  (runtime: Runtime): StatementSigner => ({
    async under(org) {
      const orgLinks = linksOf(await dynamoTrustStore(runtime).find(org));
      const root = await rootAbove(runtime, orgLinks[0] ?? '');
      return {
        root,
        async sign(statement) {
          const request = { org, orgLinks, ...statement };
          const { chain: jws } = await invokeFunction(runtime, 'STATEMENT_FUNCTION', request, SignStatementAnswer);
          const options = { roots: [root], at: runtime.now(), checkSignature };
          const { sub, files } = await verifyChain(jws, 'statement+jwt', options);
          const isThis = sub === `statement:${org}/${statement.quarter}/r${statement.revision}`;
          if (!isThis || JSON.stringify(files) !== JSON.stringify(statement.files))
            throw new Error('The signer signed another statement than requested.');
          return jws;
        },
      };
    },
  }),
);

/** Returns the pinned Root that signed an Org's link: more than one is pinned only while the Root rotates. */
async function rootAbove(runtime: Runtime, orgLink: string): Promise<PublicJwk> {
  const { roots } = pinnedChainVerifier(runtime);
  const { signedBy } = await verifiedOwn(
    verifyLink(orgLink, 'org-link+jwt', { roots, at: runtime.now(), checkSignature }),
  );
  for (const root of roots) if (signedBy === (await thumbprintOf(root))) return root;
  throw new Error('The link of the Org is not signed by a pinned Root.');
}
