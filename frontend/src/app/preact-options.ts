import "react";
import { options, type Ref, type RefCallback, type VNode } from "preact";

interface FieldProps {
  autoFocus?: unknown;
  type?: unknown;
  value?: unknown;
  checked?: unknown;
  onClick?: ((event: Event) => void) | undefined;
  onChange?: ((event: Event) => void) | undefined;
}

/** Make Preact follow React in three things that Material UI's fields and dialogs depend on. */
export function followReact(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode<FieldProps>) => {
    if (typeof vnode.type === "string") {
      vnode.props = followed(vnode.type, vnode.props) as VNode<FieldProps>["props"];
      if (vnode.props.autoFocus === true) vnode.ref = focusing(vnode.ref ?? null);
    }
    before?.(vnode);
  };
}

function followed(element: string, props: FieldProps): FieldProps {
  // React ignores a value that is undefined. Preact would write the default value into the field again
  // with each rendering, over what the user has typed.
  if ("value" in props && props.value === undefined) {
    const { value: _undefined, ...others } = props;
    return followed(element, others);
  }
  const { type, checked, onClick, onChange } = props;
  if (element !== "input" || onChange === undefined || (type !== "checkbox" && type !== "radio"))
    return props;
  // React reports a change with the click. Preact would wait for the browser's event of its own, which is
  // dropped when the field is drawn in between, and does not know which keys are held.
  return {
    ...props,
    onChange: undefined,
    onClick: (event) => {
      onClick?.(event);
      if (!event.defaultPrevented && (type === "checkbox" || checked !== true)) onChange(event);
    },
  };
}

const wereFocused = new WeakSet<Element>();
const wrapped = new WeakMap<object, RefCallback<Element>>();

/**
 * Return a reference that also focuses the element when it is drawn first.
 *
 * React does so for autoFocus. The attribute alone works once in the life of a page, so that only the
 * first dialog would have the focus in its field.
 */
function focusing(ref: Ref<Element>): RefCallback<Element> {
  const known = ref === null ? undefined : wrapped.get(ref);
  if (known !== undefined) return known;
  if (ref === null) return focusOnce;
  const both: RefCallback<Element> = (element) => {
    if (typeof ref === "function") ref(element);
    else ref.current = element;
    focusOnce(element);
  };
  wrapped.set(ref, both);
  return both;
}

function focusOnce(element: Element | null): void {
  if (!(element instanceof HTMLElement) || wereFocused.has(element)) return;
  wereFocused.add(element);
  // The styles of a dialog may not be there yet: the page would scroll to its end, where the element is.
  element.focus({ preventScroll: true });
}
