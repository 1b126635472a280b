export interface Started {
  readonly url: string;
  /** variables of the user's environment that name the endpoint of a service */
  readonly given: readonly string[];
  readonly folder: string;
  /** of the Root (RFC 7638) */
  readonly thumbprint: string;
  readonly readySeconds: number;
}

/** What a person sees when the local server is ready: where things are, and commands that work as they stand. */
export function startHints({ url, given, folder, thumbprint, readySeconds }: Started): string {
  const profiles = folder === '.local' ? '' : `LICENSE_SERVER_PROFILES=${folder}/keys/profiles.json `;
  const data = folder === '.local' ? '' : ` --data ${folder}`;
  const call = `${profiles}npx license-server call`;
  return `
License server at ${url}, ready in ${readySeconds.toFixed(1)} s. Ctrl-C ends it.

  data   ${folder} (kept; --fresh starts anew), log in ${folder}/server.log
  keys   ${folder}/keys: operator, hwf, boost (.pem), root.jwk.json
  Root   ${thumbprint} (RFC 7638 thumbprint: what clients pin)${given.map(variable => `\n  AWS    ${variable}, from the environment`).join('')}

Try next, in another terminal:
  ${call} get-own-application --profile hwf
  ${call} create-enterprise --profile hwf
  ${call} create-site --profile hwf --enterprise-id <its id> --site-ref ABC123 --state active
  ${call} list-audit-events --profile operator
  npm run demo      tells the whole story

See time pass: keys end, alerts come, what the clock starts runs at its time:
  npm run local -- tick 30d${data}
  npm run local -- exports out${data}      copies what lies in S3: statements, manifests, audit seals

The same by openssl and curl (README.md, docs/clients.md):
  LICENSE_SERVER_URL=${url} LICENSE_SERVER_KEY=${folder}/keys/hwf.pem \\
  LICENSE_SERVER_KEYID=$(cat ${folder}/keys/hwf.keyid) sh docs/examples/signed-request.sh GET /v1/applications/self
`;
}
