import io from 'socket.io-client';

class ChatClient {
  constructor(serverUrl, authToken) {
    this.socket = io(serverUrl, {
      auth: { token: authToken },
      reconnection: true,
      reconnectionDelay: 1000,
      reconnectionDelayMax: 5000,
      reconnectionAttempts: 5
    });

    this.setupEventHandlers();
    this.typingTimeout = null;
  }

  setupEventHandlers() {
    this.socket.on('connect', () => {
      console.log('Connected to chat server');
    });

    this.socket.on('disconnect', () => {
      console.log('Disconnected from chat server');
    });

    this.socket.on('session_joined', (data) => {
      console.log('Joined session:', data.session.id);
      this.displayMessages(data.messages);
    });

    this.socket.on('new_message', (data) => {
      this.appendMessage(data.message);
    });

    this.socket.on('user_typing', (data) => {
      this.showTypingIndicator(data.user_name);
    });

    this.socket.on('typing_stopped', (data) => {
      this.hideTypingIndicator(data.user_id);
    });

    this.socket.on('messages_read', (data) => {
      this.updateReadReceipts(data);
    });

    this.socket.on('error', (data) => {
      console.error('Socket error:', data.message);
    });
  }

  joinSession(sessionId) {
    this.socket.emit('join_session', { session_id: sessionId });
  }

  sendMessage(sessionId, content, messageType = 'text') {
    const tempId = `temp-${Date.now()}`;
    this.socket.emit('send_message', {
      session_id: sessionId,
      content,
      message_type: messageType,
      temp_id: tempId
    });
    return tempId;
  }

  handleTyping(sessionId) {
    this.socket.emit('typing', { session_id: sessionId });

    if (this.typingTimeout) {
      clearTimeout(this.typingTimeout);
    }

    this.typingTimeout = setTimeout(() => {
      this.socket.emit('stop_typing', { session_id: sessionId });
    }, 3000);
  }

  markAsRead(sessionId, messageIds = null) {
    this.socket.emit('mark_as_read', {
      session_id: sessionId,
      message_ids: messageIds
    });
  }

  leaveSession(sessionId) {
    this.socket.emit('leave_session', { session_id: sessionId });
  }

  disconnect() {
    this.socket.disconnect();
  }

  displayMessages(messages) {
    // Implementation
  }

  appendMessage(message) {
    // Implementation
  }

  showTypingIndicator(userName) {
    // Implementation
  }

  hideTypingIndicator(userId) {
    // Implementation
  }

  updateReadReceipts(data) {
    // Implementation
  }
}

export default ChatClient;
