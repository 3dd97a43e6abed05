/**
 * What holds in every deployment, whatever its own policies permit: forbids in Cedar like any other, so that they are decided,
 * told and audited in the same way.
 *
 * `context.rows` says that the purpose refuses whole customers: then what stands against a field stands against the customer.
 * `context.report` says that the purpose is to answer the person herself: she can neither object to that, nor does a restriction, which
 * is for her sake, keep her own data from her.
 */
export const law: Readonly<Record<string, string>> = {
  // GDPR Art. 5(1)(b): the registry says which classes a purpose covers; where data comes from is none of its own.
  'law-purpose': `
    @id("law-purpose")
    forbid (principal, action in [Action::"read", Action::"lookup", Action::"filter", Action::"order", Action::"list", Action::"change", Action::"approve"], resource)
    unless { resource in context.purpose };`,
  // Grants and emergencies are for colleagues: whom another company or the person herself is, no grant can change.
  'law-access': `
    @id("law-access")
    forbid (principal, action, resource)
    when { (action == Action::"approve" || resource in DataClass::"access") && principal.kind != "staff" };`,
  // GDPR Art. 15 is the person's own right: what is put together for her is no other company's to ask for.
  'law-report': `
    @id("law-report")
    forbid (principal, action, resource)
    when { resource in DataClass::"report" && principal.kind == "partner" };`,
  // To whom else a person's data was given is no recipient's business.
  'law-use': `
    @id("law-use")
    forbid (principal, action, resource)
    when { resource in DataClass::"use" && principal.kind == "partner" };`,
  'law-objection': `
    @id("law-objection")
    forbid (principal, action in [Action::"see", Action::"read"], resource)
    when { (action == Action::"read" || context.rows) && !context.report && context.customer.objections.contains(context.purpose) };`,
  'law-restriction': `
    @id("law-restriction")
    forbid (principal, action in [Action::"see", Action::"read"], resource)
    when { (action == Action::"read" || context.rows) && !context.report && context.customer.restricted };`,
  'law-consent': `
    @id("law-consent")
    forbid (principal, action in [Action::"see", Action::"read"], resource)
    when { (action == Action::"read" || context.rows) && context.basis == "consent" && !context.customer.consents.contains(context.purpose) };`,
};
