-- Of an event as its source says, masked; NULL also where an older version has stored the event
ALTER TABLE event ADD COLUMN channel TEXT;

-- As texts.languages writes it; NULL: the source names none, and the turn is in the bot's language
ALTER TABLE event ADD COLUMN language TEXT;

-- The bot's language was stored as it stood in the settings: de-DE is de now, like that of events
UPDATE OR IGNORE utterance SET language = CASE
    WHEN upper(replace(language, '_', '-')) IN ('ZH-TW', 'ZH-HK', 'ZH-MO') THEN 'zh-Hant'
    ELSE lower(substr(language, 1, 2))
END
WHERE language GLOB '[A-Za-z][A-Za-z][-_][A-Za-z][A-Za-z]'
   OR (language GLOB '[A-Za-z][A-Za-z]' AND language <> lower(language));
