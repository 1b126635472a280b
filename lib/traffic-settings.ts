/** Limits a method of the API by a token bucket. */
export interface RequestRate {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/**
 * Limits of API Gateway. They apply to each method, not to all together (API Gateway developer guide, "Throttle requests to your REST
 * APIs"). The sum over the methods that use AWS KMS must fit its quotas.
 */
export interface ThrottlingSettings extends RequestRate {
  /** of each method that has KMS sign */
  readonly signing: RequestRate;
  /** of each method that has KMS create a key */
  readonly creatingKeys: RequestRate;
}

/** Requests per second that AWS KMS allows an account in a region. */
export interface KmsQuotas {
  /** cryptographic operations with elliptic-curve keys, all keys together */
  readonly signatures: number;
  readonly createdKeys: number;
}

export interface FirewallSettings {
  /** signed requests per IP address in five minutes: one application may call for all of its sites from one address */
  readonly signed: number;
  /** unsigned requests per IP address in five minutes */
  readonly unsigned: number;
  readonly managedRules: ManagedRules;
}

/** The action for requests that a managed rule group matches. Only pinned versions may block, since AWS changes the default one. */
export type ManagedRules =
  | { readonly action: 'count' }
  | { readonly action: 'block'; readonly versions: Readonly<Record<ManagedRuleGroup, string>> };

export type ManagedRuleGroup = 'AWSManagedRulesCommonRuleSet' | 'AWSManagedRulesKnownBadInputsRuleSet';
