import "react";
import { options, type VNode } from "preact";

/** Make Preact follow React in two things that Material UI's fields depend on. */
export function followReact(): void {
  // React applies state after all events of one action. Preact would apply it between the click and
  // the change of a radio button, and the browser then drops the change.
  options.debounceRendering = (render) => setTimeout(render);

  // React ignores a value that is undefined. Preact would write the default value into the field again
  // with each rendering, over what the user has typed.
  const before = options.vnode;
  options.vnode = (vnode: VNode<{ value?: unknown }>) => {
    if (typeof vnode.type === "string" && "value" in vnode.props && vnode.props.value === undefined) {
      const { value: _undefined, ...props } = vnode.props;
      vnode.props = props;
    }
    before?.(vnode);
  };
}
