/**
 * A fact in a list of such: its name and what it is.
 *
 * @module
 */

export function Fact({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
