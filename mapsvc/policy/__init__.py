"""Finding the right policy answer: Chinese words, synonyms, pinyin, typing errors, ranking."""
