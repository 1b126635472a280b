export interface Started {
  readonly url: string;
  /** Variables of the user's environment with endpoints of services. */
  readonly given: readonly string[];
  readonly folder: string;
  /** Thumbprint of the Root (RFC 7638). */
  readonly thumbprint: string;
  readonly readySeconds: number;
}

/** Formats the hints of a started server: locations, and commands to copy. */
export function startHints({ url, given, folder, thumbprint, readySeconds }: Started): string {
  const profiles = folder === '.local' ? '' : `LICENSE_SERVER_PROFILES=${folder}/keys/profiles.json `;
  const data = folder === '.local' ? '' : ` --data ${folder}`;
  const call = `${profiles}npx license-server call`;
  return `
License server at ${url}, ready in ${readySeconds.toFixed(1)} s. Press Ctrl-C to stop it.

  data   ${folder} (persistent; --fresh removes it), log in ${folder}/server.log
  keys   ${folder}/keys: operator, hwf, boost (.pem), root.jwk.json
  Root   ${thumbprint} (RFC 7638 thumbprint, pinned by clients)${given.map(variable => `\n  AWS    ${variable}, from the environment`).join('')}

Try in another terminal:
  ${call} get-own-application --profile hwf
  ${call} create-enterprise --profile hwf
  ${call} create-site --profile hwf --enterprise-id <its id> --site-ref ABC123 --state active
  ${call} list-audit-events --profile operator
  npm run demo      shows the server's side, step by step

Advance the clock: keys expire, alerts are raised, schedules run:
  npm run local -- tick 30d${data}
  npm run local -- exports out${data}      copies the exports bucket: statements, manifests, audit seals

The same request by openssl and curl (README.md, docs/clients.md):
  LICENSE_SERVER_URL=${url} LICENSE_SERVER_KEY=${folder}/keys/hwf.pem \\
  LICENSE_SERVER_KEYID=$(cat ${folder}/keys/hwf.keyid) sh docs/examples/signed-request.sh GET /v1/applications/self
`;
}
