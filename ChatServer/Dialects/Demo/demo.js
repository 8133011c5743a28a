// What the demo's pages share. Whatever people write is shown as text, never as HTML.

export const at = (id) => document.getElementById(id);

/** One message at the end of the list. */
export function show(name, text) {
  const line = document.createElement('p');
  const who = document.createElement('b');
  who.textContent = `${name}: `;
  line.append(who, text);
  at('messages').append(line);
  line.scrollIntoView({ block: 'nearest' });
}

export const status = (text) => { at('status').textContent = text; };

/** Runs when the form with that id is sent, which goes nowhere else. */
export function onSubmit(id, act) {
  at(id).addEventListener('submit', (event) => {
    event.preventDefault();
    act();
  });
}

/** Takes what is in the field with that id and leaves it empty. */
export function take(id) {
  const { value } = at(id);
  at(id).value = '';
  return value;
}

/** Tells when somebody begins to type in the field with that id, and when they stop: after three seconds, or when stop() is called. */
export function onTyping(id, tell) {
  let timer = null;
  const stop = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    tell(false);
  };
  at(id).addEventListener('input', () => {
    if (timer === null) tell(true);
    clearTimeout(timer);
    timer = setTimeout(stop, 3000);
  });
  return stop;
}
