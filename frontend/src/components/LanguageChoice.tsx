import { useId } from 'react';
import { chooseLanguage, LANGUAGES, type Language, texts } from '../texts';
import styles from './LanguageChoice.module.css';

/** Chooses the language of the app. */
export function LanguageChoice() {
  const id = useId();
  return (
    <span className={styles.choice}>
      <label htmlFor={id}>{texts.language}</label>
      <select
        id={id}
        value={texts.locale}
        onChange={({ target }) => chooseLanguage(target.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([language, { ownName }]) => (
          <option key={language} value={language} lang={language}>
            {ownName}
          </option>
        ))}
      </select>
    </span>
  );
}
