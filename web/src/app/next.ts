/** Only a path of our own may be gone back to after login; anything else could lead to another host. */
export function safeNext(next: string | undefined): string | undefined {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : undefined;
}
