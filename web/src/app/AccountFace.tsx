/** The sign and the name that stand on the account button. */
export function AccountFace({ name }: { name: string }) {
  return (
    <>
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
        <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c.8-3.600 3.800-5.500 7.500-5.500s6.700 1.900 7.500 5.500" />
      </svg>
      <span className="account-name">{name}</span>
    </>
  );
}
