// Questions about a video, or about the segment that is shown.

import {post, serverStatus} from './api.js';
import {el, icon} from './dom.js';
import {percent, span} from './format.js';

export class AskBox {
  // `scope()`: {id, segment} of what is shown; `onSeek(seconds)`.
  constructor({scope, onSeek}) {
    this.scope = scope;
    this.onSeek = onSeek;
    this.question = el('input', {type: 'text', id: 'question', 'aria-label': 'Question', maxlength: '300', autocomplete: 'off',
                                 placeholder: 'Ask: what color is the background?'});
    this.button = el('button', {type: 'submit', class: 'button'}, icon('ask'), 'Ask');
    this.answers = el('ul', {class: 'answers', 'aria-live': 'polite', 'aria-label': 'Answers'});
    this.about = el('div', {class: 'choices', role: 'radiogroup', 'aria-label': 'About'},
      [['segment', 'This moment'], ['video', 'Whole video']].map(([value, text], i) =>
        el('label', {}, el('input', {type: 'radio', name: 'about', value, checked: i === 0}), el('span', {}, text))));
    this.turns = null;  // of the conversation, where the model holds one
    this.anew = el('button', {type: 'button', class: 'button', hidden: true, onclick: () => this.forget()}, 'New conversation');
    this.form = el('form', {class: 'ask', onsubmit: (event) => this.ask(event)}, this.question, this.about, this.button, this.anew);
    this.root = el('section', {class: 'asking', 'aria-label': 'Questions'}, this.form, this.answers);
  }

  // Another video: older answers are not about it.
  async reset() {
    this.turns = null;
    this.forget();
    this.question.value = '';
    try {
      const status = await serverStatus();
      this.form.hidden = status.can_ask === false;
      if (status.can_converse) this.turns = [];
      if (this.form.hidden) this.answers.replaceChildren(el('li', {class: 'muted'}, status.cannot_ask_because || 'This server has no model that answers questions.'));
    } catch {
      this.form.hidden = false;
    }
  }

  forget() {
    this.answers.replaceChildren();
    this.anew.hidden = true;
    if (this.turns) this.turns = [];
  }

  async ask(event) {
    event.preventDefault();
    const question = this.question.value.trim();
    if (question === '' || this.button.disabled) return;
    const {id, segment} = this.scope();
    const whole = this.form.elements.about.value === 'video' || !segment;
    const turns = this.turns;
    const body = {question, ...(whole ? {} : {start: segment.start, end: segment.end}), ...(turns?.length ? {history: turns.slice(-16)} : {})};
    const about = whole ? el('span', {class: 'when'}, 'whole video')
                        : el('button', {type: 'button', class: 'when', onclick: () => this.onSeek(segment.start)}, span(segment.start, segment.end));
    const answer = el('strong', {}, '…');
    const item = el('li', {class: 'answer'}, el('span', {class: 'asked'}, question, ' ', about), answer);
    this.answers.prepend(item);
    this.button.disabled = true;
    try {
      const result = await post(`/api/v1/videos/${id}/ask`, body);
      answer.textContent = result.answer || 'no answer';
      if (turns && result.answer) {
        turns.push({question, answer: result.answer});
        this.anew.hidden = this.turns !== turns;
      }
      if (typeof result.confidence === 'number') item.append(el('span', {class: 'muted'}, `${percent(result.confidence)} sure`));
      this.question.select();
    } catch (error) {
      answer.textContent = error.message;
      item.classList.add('failed');
    } finally {
      this.button.disabled = false;
    }
  }
}
