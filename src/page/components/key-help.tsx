// The list of keys, and the switch that turns them off.
import { activeKeys, areKeysOn, turnKeys } from '../keys.js'
import { Dialog } from './dialog.js'

/** The dialog that `?` opens. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">What it does here</th>
          </tr>
        </thead>
        <tbody>
          {activeKeys().map(([key, label]) => (
            <tr key={`${key} ${label}`}>
              <td>
                <kbd>{key}</kbd>
              </td>
              <td>{label}</td>
            </tr>
          ))}
          <tr>
            <td>
              <kbd>Tab</kbd> <kbd>Enter</kbd>
            </td>
            <td>Go from control to control, and use one</td>
          </tr>
          <tr>
            <td>
              <kbd>Escape</kbd>
            </td>
            <td>Leave a field, close a dialog</td>
          </tr>
        </tbody>
      </table>
      <label class="inline">
        <input type="checkbox" checked={areKeysOn} onChange={event => turnKeys(event.currentTarget.checked)} />
        Single letters do something
      </label>
    </Dialog>
  )
}
