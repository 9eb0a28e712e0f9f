import "react";
import { options, type VNode } from "preact";

interface FieldProps {
  type?: unknown;
  value?: unknown;
  checked?: unknown;
  onClick?: ((event: Event) => void) | undefined;
  onChange?: ((event: Event) => void) | undefined;
}

/** Make Preact follow React in two things that Material UI's fields depend on. */
export function followReact(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode<FieldProps>) => {
    if (typeof vnode.type === "string")
      vnode.props = followed(vnode.type, vnode.props) as VNode<FieldProps>["props"];
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
