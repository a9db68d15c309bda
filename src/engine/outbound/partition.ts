// Partition: which requests to a host share a rate limit, as far as a client can tell. A 429 says that "the user" has sent too many
// requests, and leaves open how a server tells users apart and what it counts (RFC 6585 section 4): by credentials nearly always, often
// by the part of the API too. So requests of the same credentials to the same part of a host are taken for one partition. Where a
// server counts more widely, each partition learns it by one 429 of its own.
//
// A partition key that the server names (`pk` of draft-ietf-httpapi-ratelimit-headers-10) is not used: before a request is answered
// nobody knows which key it will get.
import { shardOf } from '../../core/id.ts';
import type { HttpRequest, OAuthClientCredentials } from './request.ts';

/** Who a request goes to, as far as its health and its limits are concerned. */
export interface Destination {
  /** With its port where that is not the scheme's own. */
  readonly host: string;
  /** Lower-case letters and digits. */
  readonly partition: string;
}

/** So many that two partitions of one host hardly ever meet; if they do, they share a pause. */
const partitionCount = 2 ** 32;

/**
 * Where a request goes.
 * @param credential by what the peer tells callers apart; empty where it can't
 */
export function destinationOf({ host, pathname }: URL, credential: string): Destination {
  const [, area = ''] = pathname.split('/');
  // A hash, as the text itself may be secret: there are APIs that have a token in the path.
  return { host, partition: shardOf(`${credential}\n${area}`, partitionCount).toString(36) };
}

/** By what the peer of a request tells callers apart: names of secrets, an `Authorization` that its author wrote out; empty: by nothing. */
export function credentialOf({ headers = {}, auth }: HttpRequest): string {
  const names = Object.entries(headers).flatMap(([name, value]) => {
    if (typeof value !== 'string') return [value.secret];
    return name.toLowerCase() === 'authorization' ? [value] : [];
  });
  if (auth !== undefined) names.push(clientOf(auth));
  return names.length === 0 ? '' : JSON.stringify(names.toSorted());
}

/** The client of an access token, without its secret. */
export function clientOf({ tokenUrl, clientId, clientSecret }: OAuthClientCredentials): string {
  return JSON.stringify([tokenUrl, clientId, clientSecret.secret]);
}
