import { Live } from "./live";
import { Gate } from "./shell/gate";
import { Shell } from "./shell/shell";

/** Everything for those who are logged in; its connections close when it goes. */
export function Frame() {
  return (
    <Gate>
      <Live>
        <Shell />
      </Live>
    </Gate>
  );
}
