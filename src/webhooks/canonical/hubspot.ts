import type { Delivery } from '../delivery.ts';

/** The characters that HubSpot decodes in the URL before it signs (developers.hubspot.com, "Validating requests", v3). */
const decoded: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

/** The URL with those characters decoded. */
export function hubspotUrl(delivery: Delivery): string {
  return delivery.url.replaceAll(/%[0-9A-F]{2}/gi, (code) => decoded[code.toUpperCase()] ?? code);
}
