import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import { useEffect, useState } from "react";
import { messageOf } from "@/api/problem";
import { isPushOn, testPush, turnPushOff, turnPushOn } from "@/features/notifications/push";
import { useToast } from "@/ui/toast";

/** Turns push notifications of this browser on and off; offers a test while they are on. */
export function PushSwitch({ isOn }: { readonly isOn: boolean }) {
  const [isEnabled, setIsEnabled] = useState(false);
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  useEffect(() => void isPushOn().then(setIsEnabled, () => undefined), []);
  const change = async (next: boolean) => {
    if (!next) {
      await turnPushOff();
      setIsEnabled(false);
    } else if (await turnPushOn()) setIsEnabled(true);
    else toast({ message: "This browser does not permit notifications.", severity: "error" });
  };
  return (
    <span>
      <FormControlLabel
        disabled={!isOn}
        label="Push notifications, also while Genonaut is closed"
        control={
          <Switch
            size="small"
            checked={isEnabled}
            onChange={(_event, next) => void change(next).catch(onError)}
          />
        }
      />
      {isEnabled && isOn ? (
        <Button
          size="small"
          onClick={() => void testPush().then(() => toast({ message: "Test sent" }), onError)}
        >
          Send a test
        </Button>
      ) : null}
    </span>
  );
}
