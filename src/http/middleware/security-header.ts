// Security headers: what every answer carries so that a browser can do nothing with it but show it (OWASP ASVS 5.0, chapter 3.4).

/**
 * An API's answers are data: never sniffed, framed, run or kept. `Cache-Control` is a default that a route may replace.
 * `Strict-Transport-Security` leaves subdomains alone: they are not ours to decide for.
 */
export const securityHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
} as const;
