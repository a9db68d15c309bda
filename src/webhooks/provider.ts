// Provider: a vendor's recipe as data: how it signs, shakes hands, names its events, and which answer it wants.
import type { Condition } from './condition.ts';
import type { AsymmetricScheme } from './schemes/asymmetric.ts';
import type { DigestScheme } from './schemes/digest.ts';
import type { HmacScheme } from './schemes/hmac.ts';
import type { JwtScheme } from './schemes/jwt.ts';
import type { StaticTokenScheme } from './schemes/static-token.ts';
import type { KeyForm } from './secret.ts';
import type { TimestampUnit } from './timestamp.ts';
import type { PlainResponse } from './verdict.ts';

/** When a scheme applies, beside having its signature in the request. */
interface SchemeGuard {
  /** All must hold; a failed one is `unsupported-algorithm`. */
  readonly requires?: readonly Condition[];
  /** Judges only secrets that begin so (`whpk_`): a public key is never taken for a MAC's key. */
  readonly secretPrefix?: string;
  /** Judges no secret that begins so. */
  readonly secretPrefixNot?: string;
}

/** The few ways of signing. Code judges them, once each; vendors differ in the data only. */
export type Scheme = (HmacScheme | DigestScheme | AsymmetricScheme | JwtScheme | StaticTokenScheme) &
  SchemeGuard;

/**
 * A request that is no event but a test of the endpoint.
 * A challenge is never a signing oracle: one that is answered with a MAC is taken only if it is opaque or the request is signed.
 */
export interface Handshake {
  /** Default POST. */
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST';
  /** All must hold. */
  readonly when: readonly Condition[];
  /** For JSON challenges: the body has no members but these. */
  readonly onlyMembers?: readonly string[];
  /** Template of the challenge. */
  readonly challenge?: string;
  /** For form challenges: the body has no fields but these. */
  readonly onlyFields?: readonly string[];
  /**
   * What a challenge may consist of. Default `opaque`: at most 512 of A–Z a–z 0–9 . _ ~ + / = -.
   * `phrase`: spaces and plain punctuation too · `hex`: 20 to 32 hex digits (Braintree)
   */
  readonly charset?: 'opaque' | 'phrase' | 'hex';
  /**
   * Whether the request has to be genuine itself. `signed`: always. `keyed`: unless the source has no secret yet
   * (a vendor that shakes hands before its console shows the secret; the challenge is then echoed, never signed).
   */
  readonly genuine?: 'signed' | 'keyed';
  /** The request has to be genuine by this scheme, which needs no secret of the source (Atlassian signs installations). */
  readonly provenBy?: JwtScheme;
  /** The text that only a holder of the secret can make of the challenge: `{proof}` in the answer. */
  readonly proof?: {
    readonly kind: 'hmac' | 'digest';
    /** Template; `{secret}` is for digests. */
    readonly of: string;
    readonly encoding: 'hex' | 'base64';
    /** Default SHA-256. */
    readonly hash?: 'SHA-1' | 'SHA-256';
    readonly key?: KeyForm;
    readonly keyParts?: readonly string[];
  };
  /** A place that has to equal the secret (Meta's `hub.verify_token`), else 403. */
  readonly token?: { readonly at: string; readonly parts: readonly string[] };
  /** The challenge is the source's secret: keep it. Refused where the source has a secret already. */
  readonly captures?: true;
  /** The URL that has to be fetched to confirm (SNS), if its host is the vendor's. Fetching is left to the caller. */
  readonly visit?: { readonly at: string; readonly host: string };
  readonly answer: HandshakeAnswer;
}

/** What is answered; texts are templates. `json` members whose template has no value are left out. */
export interface HandshakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly json?: Readonly<Record<string, string | number>>;
}

/**
 * Bodies that a provider sends.
 * - `json` · `form`, as `application/x-www-form-urlencoded` · `multipart`, as `multipart/form-data` · `empty`
 * - `xml`, kept as text: there is no parser here that entities could trouble · `token`, a JWT that is the whole body · `lines`, a JSON value a line
 */
export type BodyKind = 'json' | 'form' | 'multipart' | 'empty' | 'xml' | 'token' | 'lines';

/** How a delivery's events are read. Lists of templates are alternatives: the first that has a value wins. */
export interface EventRecipe {
  /** Reverse-DNS prefix of the types, such as `com.github`. */
  readonly prefix: string;
  readonly bodies?: readonly BodyKind[];
  /** Media types beyond JSON's and the forms' own that carry JSON (SNS: `text/plain`). */
  readonly jsonTypes?: readonly string[];
  /** The vendor's own id of the event. */
  readonly id?: readonly string[];
  /**
   * What makes two deliveries the same event, where that is not the id: signed data only; the key is a digest of it.
   * `content`: the body, or the item of a batch, as a whole.
   */
  readonly dedupe?: readonly string[] | 'content';
  readonly type: readonly string[];
  /** The type where nothing else gives one. Default `event`. */
  readonly typeDefault?: string;
  readonly subject?: readonly string[];
  readonly time?: { readonly at: readonly string[]; readonly unit: TimestampUnit };
  /** Seconds after which the same content is another event, for vendors whose notifications all say the same (Dropbox). */
  readonly repeatsAfterSeconds?: number;
  /** Dotted paths of the array whose items are events; `''` is the body itself. A body that has no such array is one event. */
  readonly batch?: readonly string[];
  /** Form field whose value is the JSON that counts (GitHub, Slack: `payload`). */
  readonly formJson?: string;
  /** Form field whose value is base64 of the XML that `{xml:…}` looks into (Braintree). */
  readonly formXml?: string;
  /** Template of a token beside the body whose `{claim:…}` the events need (MessageBird's `jti`). */
  readonly token?: { readonly at: string; readonly prefix?: string };
}

/** How well a recipe is known. `vector`: an official SDK or a published vector agrees · `sdk`, `docs`: read there · `third-party` · `memory`. */
type Evidence = 'vector' | 'sdk' | 'docs' | 'third-party' | 'memory';

export interface Provider {
  readonly id: string;
  readonly name: string;
  /** Judged in this order; the first that finds the delivery genuine decides. */
  readonly schemes: readonly Scheme[];
  readonly handshakes?: readonly Handshake[];
  readonly events: EventRecipe;
  /** The answer to a genuine delivery that the vendor insists on; absent: any 2xx will do. */
  readonly wantedAnswer?: PlainResponse;
  /** Seconds after which the vendor gives up on an answer. */
  readonly timeBudgetSeconds?: number;
  /** How the vendor's secret is rotated, in words. */
  readonly rotation?: string;
  readonly links?: readonly string[];
  readonly evidence: Evidence;
  /** True where the recipe rests on memory alone. */
  readonly experimental: boolean;
}

/** Declares a provider; what rests on memory alone is marked experimental. */
export function defineProvider(recipe: Omit<Provider, 'experimental'>): Provider {
  return { ...recipe, experimental: recipe.evidence === 'memory' };
}
