// A ready answer is put where the reply is written, behind what is there; it is sent by a
// person and never by itself.

export function offers(field) {
  if (!field) return;
  document.addEventListener("click", ({target}) => {
    const offer = target.closest("[data-offer]")?.dataset.offer;
    if (!offer) return;
    field.value = field.value ? `${field.value}\n${offer}` : offer;
    field.dispatchEvent(new Event("input"));
    field.focus();
  });
}
