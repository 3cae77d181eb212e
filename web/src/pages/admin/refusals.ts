/** Why a row was refused and what its owner does about it, by the code of the refusal; only the rejects page needs it. */
import type { Localized } from '../../api/types';

interface Refusal {
  cause: Localized;
  action: Localized;
}

export const REFUSALS: Readonly<Record<string, Refusal>> = {
  ROW_COLUMNS: {
    cause: { ru: 'В строке другое число столбцов, чем в заголовке', en: 'The row has another number of columns than the header' },
    action: { ru: 'найдите в строке лишний разделитель или незакрытую кавычку', en: 'look for a stray delimiter or an unclosed quotation mark' },
  },
  ENCODING: {
    cause: { ru: 'Строка не в UTF-8', en: 'The row is not UTF-8' },
    action: { ru: 'выгрузите файл в UTF-8', en: 'export the file in UTF-8' },
  },
  NUL_CHARACTER: {
    cause: { ru: 'В тексте есть знак NUL, которого не бывает в реестрах', en: 'A text holds the character NUL, which no register means' },
    action: { ru: 'удалите знак в источнике или выгрузите файл заново', en: 'remove the character in the source, or export the file again' },
  },
  FEATURE_FORM: {
    cause: { ru: 'Элемент не является объектом GeoJSON', en: 'The item is no GeoJSON feature' },
    action: { ru: 'исправьте элемент или исключите его', en: 'correct the feature or leave it out' },
  },
  KEY_MISSING: {
    cause: { ru: 'В строке нет ключа: её не отличить от других', en: 'The row has no key, so that nobody could tell it from another' },
    action: { ru: 'заполните ключ в источнике', en: 'fill the key in the source' },
  },
  VALUE_MISSING: {
    cause: { ru: 'Обязательное значение пусто', en: 'A required value is empty' },
    action: { ru: 'заполните значение в источнике', en: 'fill the value in the source' },
  },
  VALUE_TYPE: {
    cause: { ru: 'Значение не читается как нужный тип', en: 'The value cannot be read as the declared type' },
    action: { ru: 'исправьте значение в источнике или тип в настройке источника', en: 'correct the value in the source, or the type in the source’s settings' },
  },
  VALUE_NOT_IN_CLASSIFIER: {
    cause: { ru: 'Значения нет в классификаторе', en: 'The value is not among those that the mapping knows' },
    action: { ru: 'добавьте его в настройку источника или исправьте в источнике', en: 'add it to the source’s settings, or correct it in the source' },
  },
  DATE_FORMAT: {
    cause: { ru: 'Дата записана не в том виде', en: 'The text is no date of the declared form' },
    action: { ru: 'исправьте дату в источнике или вид даты в настройке', en: 'correct the date in the source, or the format in its settings' },
  },
  DATE_IN_FUTURE: {
    cause: { ru: 'Дата позже поставки', en: 'The date lies after the delivery' },
    action: { ru: 'исправьте дату в источнике', en: 'correct the date in the source' },
  },
  DATE_BEFORE_1990: {
    cause: { ru: 'Дата раньше 1990 года: такой в реестре быть не может', en: 'The date lies before 1990, which this register cannot hold' },
    action: { ru: 'исправьте дату в источнике', en: 'correct the date in the source' },
  },
  CADASTRAL_FORMAT: {
    cause: { ru: 'Это не кадастровый номер вида 77:01:0001001:15', en: 'The text is no cadastral number of the form 77:01:0001001:15' },
    action: { ru: 'подтвердите исправленный номер, если он показан, иначе исправьте в источнике', en: 'confirm the repaired number where one is shown, else correct it in the source' },
  },
  GEOMETRY_AXES_SWAPPED: {
    cause: { ru: 'Широта и долгота переставлены местами', en: 'Latitude and longitude are swapped' },
    action: { ru: 'исправьте порядок координат в выгрузке или в настройке', en: 'correct the order of the axes in the export or in the settings' },
  },
  GEOMETRY_OUTSIDE_BOUNDS: {
    cause: { ru: 'Точка за пределами территории', en: 'The point lies outside the territory' },
    action: { ru: 'исправьте координаты в источнике', en: 'correct the coordinates in the source' },
  },
  GEOMETRY_INVALID: {
    cause: { ru: 'Контур пустой, неполный или пересекает сам себя', en: 'The geometry is empty, incomplete or crosses itself' },
    action: { ru: 'исправьте контур в источнике', en: 'repair the geometry in the source' },
  },
  CRS_MISSING: {
    cause: { ru: 'Координаты не в градусах, а система координат в файле не названа', en: 'The coordinates are no degrees and the file names no coordinate system' },
    action: { ru: 'выгрузите в EPSG:4326 (CRS84), долгота первой', en: 'export in EPSG:4326 (CRS84), longitude first' },
  },
  OBJECT_NOT_FOUND: {
    cause: { ru: 'Объект контроля для записи не найден; запись сохранена', en: 'No object of control was found for the record; the record is kept' },
    action: { ru: 'дополните ключ в источнике или разберите кандидата', en: 'complete the key in the source, or review the candidate' },
  },
  MATCH_AMBIGUOUS: {
    cause: { ru: 'Записи одинаково подходят несколько объектов; она сохранена и никуда не привязана', en: 'Several objects fit the record equally well; it is kept and attached to none' },
    action: { ru: 'выберите объект', en: 'choose the object' },
  },
};
