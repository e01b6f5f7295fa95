/** What the todo API accepts as the name of a user. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export const NAME_RULE = "A name has 1 to 64 letters (a to z), digits, “-” or “_”.";

export function isUserName(name: string): boolean {
  return NAME.test(name);
}
