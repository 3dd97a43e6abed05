/** A place people live in; `postcode` and phone numbers are templates for `Draw.fill`. */
export interface Place {
  readonly city: string;
  readonly region: string;
  readonly postcode: string;
}

/** What is particular to the customers of one country. */
export interface Country {
  readonly code: string;
  /** How many of a hundred customers live here. */
  readonly share: number;
  readonly currency: string;
  /** Percent. */
  readonly taxRate: number;
  /** BCP 47, the usual one first. */
  readonly languages: readonly string[];
  readonly timeZone: string;
  /** For a woman and for a man. */
  readonly salutations: readonly [string, string];
  readonly female: readonly string[];
  readonly male: readonly string[];
  readonly family: readonly string[];
  readonly streets: readonly string[];
  /** True where the house number precedes the street. */
  readonly numberFirst: boolean;
  readonly places: readonly Place[];
  readonly legalForm: string;
  /** `trunk` is what is dialled before a national number. */
  readonly phone: { readonly code: string; readonly trunk: string; readonly mobile: string; readonly landline: string };
}

const words = (text: string): readonly string[] => text.split(', ');
const places = (...rows: readonly (readonly [string, string, string])[]): readonly Place[] =>
  rows.map(([city, region, postcode]) => ({ city, region, postcode }));

/** Where the sample company has customers. */
export const countries: readonly Country[] = [
  {
    code: 'DE', share: 24, currency: 'EUR', taxRate: 19, languages: ['de-DE', 'en-GB', 'tr-TR'],
    timeZone: 'Europe/Berlin', salutations: ['Frau', 'Herr'],
    female: words('Anna, Lena, Käthe, Jürgine, Sophie, Marlene, Gesine, Birgül, Hannah, Ute'),
    male: words('Jürgen, Lukas, Björn, Matthias, Günther, Felix, Sören, Emre, Karl, Tobias'),
    family: words('Müller, Schäfer, Weiß, Krüger, Hofmann, Yılmaz, Löwe, Schröder, Vogel, Brandt, Groß, Köhler, Lange, Böhm, Seidel'),
    streets: words('Lindenstraße, Gartenweg, Schloßallee, Bahnhofstraße, Am Mühlbach, Goethestraße'), numberFirst: false,
    places: places(
      ['Berlin', 'Berlin', '10###'], ['München', 'Bayern', '80###'],
      ['Köln', 'Nordrhein-Westfalen', '50###'], ['Hamburg', 'Hamburg', '20###'],
    ),
    legalForm: 'GmbH', phone: { code: '49', trunk: '0', mobile: '1512#######', landline: '302######' },
  },
  {
    code: 'AT', share: 5, currency: 'EUR', taxRate: 20, languages: ['de-AT', 'hr-HR'],
    timeZone: 'Europe/Vienna', salutations: ['Frau', 'Herr'],
    female: words('Katharina, Johanna, Elfriede, Theresa, Magdalena'), male: words('Florian, Alois, Maximilian, Jörg, Stefan'),
    family: words('Gruber, Huber, Pöltl, Steiner, Mayrhofer, Kovačić, Fürst, Wögerer'),
    streets: words('Ringstraße, Kirchengasse, Mozartgasse, Donauweg'), numberFirst: false,
    places: places(['Wien', 'Wien', '10#0'], ['Graz', 'Steiermark', '80#0'], ['Salzburg', 'Salzburg', '50#0']),
    legalForm: 'GmbH', phone: { code: '43', trunk: '0', mobile: '6642######', landline: '12######' },
  },
  {
    code: 'CH', share: 6, currency: 'CHF', taxRate: 8.1, languages: ['de-CH', 'fr-CH', 'it-CH', 'rm-CH'],
    timeZone: 'Europe/Zurich', salutations: ['Frau', 'Herr'],
    female: words('Ursina, Chiara, Céline, Vreni, Noémie'), male: words('Urs, Reto, Loïc, Beat, Andri'),
    family: words('Zürcher, Bühler, Rochat, Bernasconi, Caduff, Aebischer, Gautschi, Lüthi'),
    streets: words('Seestrasse, Dorfstrasse, Rue du Lac, Via Nassa'), numberFirst: false,
    places: places(['Zürich', 'Zürich', '80##'], ['Genève', 'Genève', '12##'], ['Lugano', 'Ticino', '69##'], ['Bern', 'Bern', '30##']),
    legalForm: 'AG', phone: { code: '41', trunk: '0', mobile: '792######', landline: '442######' },
  },
  {
    code: 'FR', share: 12, currency: 'EUR', taxRate: 20, languages: ['fr-FR', 'ar-MA', 'en-GB'],
    timeZone: 'Europe/Paris', salutations: ['Mme', 'M.'],
    female: words('Hélène, Zoé, Amélie, Françoise, Maëlle, Inès, Camille, Fatima'),
    male: words('Étienne, François, Théo, Jérôme, Gaël, Mehdi, Benoît, Luc'),
    family: words('Lefèvre, Bélanger, Dubois, Gérard, Moreau, Benhaddou, Çelik, Rousseau, L’Hôte, Noël'),
    streets: words('rue des Érables, avenue Jean-Jaurès, rue de l’Église, quai Saint-Michel'), numberFirst: true,
    places: places(['Paris', 'Île-de-France', '750##'], ['Lyon', 'Auvergne-Rhône-Alpes', '690##'], ['Nîmes', 'Occitanie', '300##']),
    legalForm: 'SARL', phone: { code: '33', trunk: '0', mobile: '62#######', landline: '142######' },
  },
  {
    code: 'NL', share: 7, currency: 'EUR', taxRate: 21, languages: ['nl-NL', 'fy-NL', 'en-GB'],
    timeZone: 'Europe/Amsterdam', salutations: ['Mevr.', 'Dhr.'],
    female: words('Saskia, Fleur, Anouk, Zoë, Marijke'), male: words('Joost, Daniël, Sjoerd, Bram, Willem'),
    family: words('de Vries, van den Berg, Bakker, Hoekstra, van ’t Hof, Daniëls, Jansen, Smit'),
    streets: words('Dorpsstraat, Keizersgracht, Molenweg, Nieuwe Kade'), numberFirst: false,
    places: places(['Amsterdam', 'Noord-Holland', '10## @@'], ['Utrecht', 'Utrecht', '35## @@'], ['Leeuwarden', 'Friesland', '89## @@']),
    legalForm: 'B.V.', phone: { code: '31', trunk: '0', mobile: '62#######', landline: '202######' },
  },
  {
    code: 'ES', share: 8, currency: 'EUR', taxRate: 21, languages: ['es-ES', 'ca-ES', 'eu-ES'],
    timeZone: 'Europe/Madrid', salutations: ['Sra.', 'Sr.'],
    female: words('Begoña, Lucía, Núria, Ángela, Itziar, Carmen'), male: words('José, Íñigo, Andrés, Jordi, Ángel, Pablo'),
    family: words('Muñoz Peña, García Ibáñez, Etxeberria, Puigdomènech, Núñez, Ortega Gil, Ferrer'),
    streets: words('Calle Mayor, Calle del Olmo, Avinguda Diagonal, Paseo del Río'), numberFirst: false,
    places: places(['Madrid', 'Madrid', '280##'], ['Barcelona', 'Catalunya', '080##'], ['A Coruña', 'Galicia', '150##']),
    legalForm: 'S.L.', phone: { code: '34', trunk: '', mobile: '62#######', landline: '912######' },
  },
  {
    code: 'IT', share: 8, currency: 'EUR', taxRate: 22, languages: ['it-IT', 'de-IT'],
    timeZone: 'Europe/Rome', salutations: ['Sig.ra', 'Sig.'],
    female: words('Giulia, Chiara, Mariù, Ilaria, Beatrice'), male: words('Nicolò, Matteo, Lorenzo, Giosuè, Davide'),
    family: words('D’Angelo, Conti, Cantù, Marchetti, Pavanèl, Ricci, De Santis, Obexer'),
    streets: words('Via Garibaldi, Via delle Rose, Corso Umberto, Piazza della Libertà'), numberFirst: false,
    places: places(['Milano', 'Lombardia', '201##'], ['Forlì', 'Emilia-Romagna', '471##'], ['Bolzano', 'Alto Adige', '391##']),
    legalForm: 'S.r.l.', phone: { code: '39', trunk: '', mobile: '347#######', landline: '062######' },
  },
  {
    code: 'DK', share: 6, currency: 'DKK', taxRate: 25, languages: ['da-DK', 'en-GB'],
    timeZone: 'Europe/Copenhagen', salutations: ['Fru', 'Hr.'],
    female: words('Åse, Mette, Sørine, Freja, Kirsten'), male: words('Søren, Jørgen, Rasmus, Åge, Mads'),
    family: words('Sørensen, Kjær, Østergaard, Møller, Nørgaard, Bæk, Holm, Thygesen'),
    streets: words('Østergade, Kirkevej, Skovbrynet, Åboulevarden'), numberFirst: false,
    places: places(['København', 'Hovedstaden', '21##'], ['Aarhus', 'Midtjylland', '8000'], ['Rønne', 'Hovedstaden', '3700']),
    legalForm: 'ApS', phone: { code: '45', trunk: '', mobile: '22######', landline: '33######' },
  },
  {
    code: 'SE', share: 6, currency: 'SEK', taxRate: 25, languages: ['sv-SE', 'fi-SE'],
    timeZone: 'Europe/Stockholm', salutations: ['Fru', 'Herr'],
    female: words('Åsa, Linnéa, Märta, Ebba, Siv'), male: words('Göran, Åke, Nils, Håkan, Erik'),
    family: words('Åkesson, Öberg, Lindström, Björklund, Sjögren, Nyström, Wallin'),
    streets: words('Storgatan, Björkvägen, Ängsgatan, Hamnplan'), numberFirst: false,
    places: places(['Stockholm', 'Stockholms län', '11# ##'], ['Malmö', 'Skåne', '21# ##'], ['Umeå', 'Västerbotten', '90# ##']),
    legalForm: 'AB', phone: { code: '46', trunk: '0', mobile: '702######', landline: '82######' },
  },
  {
    code: 'FI', share: 3, currency: 'EUR', taxRate: 25.5, languages: ['fi-FI', 'sv-FI'],
    timeZone: 'Europe/Helsinki', salutations: ['Rouva', 'Herra'],
    female: words('Päivi, Aino, Säde, Kerttu'), male: words('Väinö, Jyrki, Eero, Björn'),
    family: words('Mäkelä, Hämäläinen, Virtanen, Öhman, Korhonen'),
    streets: words('Mannerheimintie, Koivukatu, Järvitie'), numberFirst: false,
    places: places(['Helsinki', 'Uusimaa', '001#0'], ['Jyväskylä', 'Keski-Suomi', '401#0']),
    legalForm: 'Oy', phone: { code: '358', trunk: '0', mobile: '402######', landline: '92######' },
  },
  {
    code: 'PL', share: 5, currency: 'EUR', taxRate: 23, languages: ['pl-PL', 'uk-UA'],
    timeZone: 'Europe/Warsaw', salutations: ['Pani', 'Pan'],
    female: words('Małgorzata, Żaneta, Agnieszka, Zofia'), male: words('Łukasz, Paweł, Wojciech, Stanisław'),
    family: words('Wójcik, Dąbek, Nowak, Żak, Kowalczyk, Gołąb, Ślęzak'),
    streets: words('ul. Długa, ul. Świętojańska, ul. Polna, al. Wiśniowa'), numberFirst: false,
    places: places(['Warszawa', 'Mazowieckie', '00-###'], ['Łódź', 'Łódzkie', '90-###'], ['Gdańsk', 'Pomorskie', '80-###']),
    legalForm: 'Sp. z o.o.', phone: { code: '48', trunk: '', mobile: '512######', landline: '222######' },
  },
  {
    code: 'GB', share: 7, currency: 'GBP', taxRate: 20, languages: ['en-GB', 'cy-GB', 'pl-PL'],
    timeZone: 'Europe/London', salutations: ['Ms', 'Mr'],
    female: words('Siân, Emily, Priya, Fiona, Grace'), male: words('Owain, Harry, Ravi, Callum, George'),
    family: words('Ashworth, O’Connell, Patel, Llewellyn, MacRae, Smith-Jones, Okafor'),
    streets: words('Mill Lane, Church Road, Station Road, Heol Fawr'), numberFirst: true,
    places: places(['London', 'England', 'SE# #@@'], ['Glasgow', 'Scotland', 'G# #@@'], ['Cardiff', 'Wales', 'CF1 #@@']),
    legalForm: 'Ltd', phone: { code: '44', trunk: '0', mobile: '7412######', landline: '2072######' },
  },
  {
    code: 'IE', share: 2, currency: 'EUR', taxRate: 23, languages: ['en-IE', 'ga-IE'],
    timeZone: 'Europe/Dublin', salutations: ['Ms', 'Mr'],
    female: words('Aoife, Siobhán, Gráinne, Niamh'), male: words('Seán, Ciarán, Pádraig, Eoin'),
    family: words('Ó Briain, Murphy, Ní Chonaill, Byrne, O’Shea'),
    streets: words('Main Street, Harbour View, Bóthar na Trá'), numberFirst: true,
    places: places(['Dublin', 'Leinster', 'D0# @###'], ['Gaillimh', 'Connacht', 'H91 @###']),
    legalForm: 'Ltd', phone: { code: '353', trunk: '0', mobile: '852######', landline: '12######' },
  },
  {
    code: 'JP', share: 1, currency: 'JPY', taxRate: 10, languages: ['ja-JP', 'en-GB'],
    timeZone: 'Asia/Tokyo', salutations: ['Ms', 'Mr'],
    female: words('Haruka, Yūko, Sakura'), male: words('Kenji, Shōta, Ryō'),
    family: words('Satō, Itō, Kobayashi, Ōtani'),
    streets: words('Sakura-dōri, Midori-chō'), numberFirst: false,
    places: places(['Tōkyō', 'Tōkyō', '150-00##'], ['Ōsaka', 'Ōsaka', '530-00##']),
    legalForm: 'K.K.', phone: { code: '81', trunk: '0', mobile: '902#######', landline: '332######' },
  },
];
