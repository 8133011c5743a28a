// The guide's ChatClient in a session whose connection is cut again and again: it joins once, and tells what it is shown and what it appends.
// Usage: node support-recovery.mjs URL TOKEN SESSION [impatient]; impatient shortens the waits between attempts, and nothing else.
import ChatClient from './ChatClient.mjs';

const [url, token, session, impatient] = process.argv.slice(2);
const tell = (line) => console.log(JSON.stringify(line));
const text = ({ content }) => content;

class Teller extends ChatClient {
  displayMessages(messages) {
    tell({ shown: messages.map(text) });
  }

  appendMessage(message) {
    tell({ heard: text(message) });
  }
}

const client = new Teller(url, token);
client.socket.on('connect', () => tell({ connected: client.socket.id, recovered: client.socket.recovered }));
client.socket.on('error', (error) => tell({ error }));
if (impatient) client.socket.io.reconnectionDelay(1).reconnectionDelayMax(20);
client.joinSession(session);
