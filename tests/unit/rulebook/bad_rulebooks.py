"""A correct rulebook that uses every table, and the edits that make it wrong: where, and what the agent must read."""

from typing import NamedTuple

GOOD = """\
# Un règlement complet.
nom = "règlement de Marelle-les-Bains"
version = "2026-1"
effet = 2026-09-01

[calendrier]
zone = "B"
jours_ecole = ["lundi", "mardi", "jeudi", "vendredi"]

[[calendrier.ecole]]
code = "JAURES"
nom = "École Jean-Jaurès"

[[calendrier.exception]]
nature = "sans classe"
du = 2026-05-15
motif = "Pont de l'Ascension"

[[calendrier.exception]]
nature = "fermé"
du = 2026-12-24
au = 2026-12-31
motif = "Fermeture de fin d'année"
etablissement = "LOISIRS"

[fratrie]
compte = "inscrits"

[quotient]
date = "facture"

[[activite]]
code = "CANTINE"
nom = "Restauration scolaire"
service = "CANTINE"
nature = "cantine"
ecole = "JAURES"
unites = [
    # le repas seulement
    { code = "REPAS", nom = "Repas", debut = 11:45:00, fin = 13:30:00, rubrique = "repas" },
]

[[activite]]
code = "MERCREDI"
nom = "Mercredis [matin # soir]"
service = "ALSH"
nature = "mercredi"
etablissement = "LOISIRS"

[[activite.unites]]
code = "MER-MATIN"
nom = "Matin"
debut = 08:00:00
fin = 12:00:00

[[activite.unites]]
code = "MER-SOIR"
nom = "Après-midi"
debut = 13:30:00
fin = 17:30:00

[[activite.unites]]
code = "MER-JOURNEE"
nom = "Journée"

[[activite]]
code = "CRECHE"
nom = "Multi-accueil"
service = "CRECHE"
nature = "crèche"
unites = [{ code = "ACCUEIL", nom = "Accueil" }]

[[delai]]
code = "cantine"
titre = "2 jours ouvrés avant, 10 h"
activites = ["CANTINE"]
retard = "refuser"

[delai.limite]
nombre = 2
unite = "ouvré"
heure = 10:00:00

[[delai]]
code = "mercredi-reserver"
titre = "Le jeudi d'avant"
activites = ["MERCREDI"]
operations = ["réserver"]
limite = { ancre = "semaine", jour = "jeudi", heure = "minuit" }
retard = { effet = "majorer", pourcent = 20 }

[[ouverture]]
code = "mercredi"
titre = "Un mois avant"
activites = ["MERCREDI"]
public = "résidents"
ouvre = { nombre = 30, heure = 08:00:00 }

[[absence]]
code = "maladie"
titre = "Maladie"
justifiee = true
facture = 0
jours_factures = 1

[[tarif]]
code = "cantine"
titre = "Repas"
activites = ["CANTINE"]
tranches = [0, 801, 1201]
prix.REPAS = [3.60, 4.15, 4.55]
exterieurs.REPAS = 5.80

[[tarif]]
code = "mercredi"
titre = "Mercredis"
activites = ["MERCREDI"]
tranches = [
    0,
    801, # au-dessus
]

[tarif.prix]
MER-MATIN = [
    4.50,
    5.50,
]
MER-SOIR = [4.60, 5.60]
"MER-JOURNEE" = 14.00

[[tarif]]
code = "heures"
titre = "Accueil à l'heure"
activites = ["CRECHE"]
mode = "durée"
prix = 2.40
pas_minutes = 30

[[tarif]]
code = "contrat"
titre = "Contrat mensualisé"
activites = ["CRECHE"]
mode = "contrat"
tarif_horaire = "heures"

[[tarif]]
code = "forfait"
titre = "Forfait des extérieurs"
activites = ["MERCREDI"]
categories = ["annuel"]
mode = "mensuel"
par_jours = { 1 = 20.00, 4 = 85.00 }

[[combinaison]]
code = "journee"
ensemble = ["MER-MATIN", "MER-SOIR"]
donne = "MER-JOURNEE"

[[modification]]
code = "troisieme"
titre = "Troisième enfant"
rang_min = 3
pourcent = -50

[[aide]]
code = "bons"
titre = "Bons de la CAF"
organisme = "CAF des Vosges"
montant = 1.00
solde = 130
"""


class Bad(NamedTuple):
    """An edit of GOOD, the line that it must be found on, the key, and words of the sentence."""

    name: str
    old: str
    new: str
    line: str  # how it begins
    key: str
    words: tuple[str, ...]


LIMIT = 'nombre = 2\nunite = "ouvré"\nheure = 10:00:00'
DELAI = "delai n° 1 (cantine)"
TARIF = "tarif n° 1 (cantine)"

HOURS = 'mode = "durée"\nprix = 2.40\npas_minutes = 30'
BANDS = """mode = "plages"
plages = [
    { titre = "A", de = 16:30:00, prix = 1, a = 17:30:00 },
    { titre = "B", de = 17:30:00, a = 18:30:00, prix = 2 },
]"""

BAD = [
    # A text that is not TOML.
    Bad("no opening quote", 'zone = "B"', "zone = B", "zone = B", "zone", ("guillemets", '"B"')),
    Bad("no closing quote", 'zone = "B"', 'zone = "B', "zone = ", "zone", ("guillemet de fin",)),
    Bad("no closing apostrophe", 'code = "bons"', "code = 'bons", "code = 'bons", "code", ("guillemet de fin",)),
    Bad("half a quote", 'zone = "B"', 'zone = B"', "zone = ", "zone", ("guillemet du début",)),
    Bad("curly quotes", 'zone = "B"', "zone = “B”", "zone = ", "zone", ("guillemets droits",)),
    Bad("no equals sign", 'zone = "B"', 'zone "B"', "zone ", "", ("signe =",)),
    Bad("a colon", 'zone = "B"', 'zone: "B"', "zone:", "", ("signe =", "pas deux points")),
    Bad("no value", 'zone = "B"', "zone =", "zone =", "zone", ("manque la valeur",)),
    Bad("more after the value", 'zone = "B"', 'zone = "B";', "zone", "zone", ("une seule clé par ligne",)),
    Bad("an apostrophe", 'motif = "Pont de', "motif = 'Pont de", "motif = 'Pont", "motif", ("apostrophe", "guillemets doubles")),
    Bad("quotes inside", '"Repas"\nactivites', '"Le "bon" repas"\nactivites', 'titre = "Le', "titre", ("à l'intérieur", "«")),
    Bad("a long text not closed", 'titre = "Repas"\n', 'titre = """Repas\n', "titre = ", "titre", ("trois guillemets",)),
    Bad("a backslash", 'zone = "B"', 'zone = "\\B"', "zone", "zone", ("deux fois", "\\\\")),
    Bad("a key twice", 'zone = "B"', 'zone = "B"\nzone = "C"', 'zone = "C"', "zone", ("deux fois", "ligne 7", "une seule")),
    Bad("a key twice in a table", '{ code = "REPAS",', '{ code = "REPAS", code = "PANIER",', '{ code = "REPAS"', "", ("deux fois",)),
    Bad("a table twice", "[quotient]\n", "[fratrie]\n", "[fratrie]", "", ("[fratrie] est écrit deux fois", "ligne 26")),
    Bad("a list of one bracket", "[[delai]]", "[delai]", "[[delai]]", "", ("[[delai]] à chaque fois", "ligne 73")),
    Bad("a title misspelt, then continued", "[[delai]]", "[[delais]]", "[[delais]]", "", ("inconnu", "vouliez-vous [[delai]]")),
    Bad("a title not closed", "[calendrier]", "[calendrier", "[calendrier", "", ("mal fermé", "écrivez [calendrier]")),
    Bad("a title half closed", "[[ouverture]]", "[[ouverture]", "[[ouverture]", "", ("mal fermé", "[[ouverture]]")),
    Bad("an accented title", "[[delai]]", "[[délai]]", "[[délai]]", "", ("sans accent", "« delai »")),
    Bad("an accented key", "justifiee =", "justifiée =", "justifiée", "justifiée", ("sans accent", "« justifiee »")),
    Bad("an accented code", "prix.REPAS", "prix.RÉPAS", "prix.RÉPAS", "prix.RÉPAS", ("guillemets", 'prix."RÉPAS"')),
    Bad("a key in two words", "jours_factures", "jours factures", "jours factures", "jours factures", ("un seul mot", "jours_factures")),
    Bad("a code in two words", "prix.REPAS", "prix.REPAS MIDI", "prix.REPAS MIDI", "prix.REPAS MIDI", ("guillemets", 'prix."REPAS MIDI"')),
    Bad("no point", "prix.REPAS", "prix REPAS", "prix REPAS", "prix REPAS", ("un point", "prix.REPAS")),
    Bad("a list not closed", 'activites = ["CANTINE"]\nretard', 'activites = ["CANTINE"\nretard', "activites = [", "activites", ("pas fermée", "]")),
    Bad("a list of several lines not closed", "    5.50,\n]", "    5.50,", "MER-MATIN = [", "MER-MATIN", ("pas fermée",)),
    Bad("a comma missing", "[0, 801, 1201]", "[0, 801 1201]", "tranches = [0, 801 1201]", "tranches", ("virgule",)),
    Bad("a table not closed", "pourcent = 20 }", "pourcent = 20", "retard = {", "retard", ("se ferme par }",)),
    Bad("a table of two lines", "heure = 08:00:00 }", "\nheure = 08:00:00 }", "ouvre = {", "ouvre", ("une seule ligne",)),
    Bad("a comma too many", "pourcent = 20 }", "pourcent = 20, }", "retard = {", "retard", ("Retirez la virgule",)),
    Bad("a decimal comma", "= 5.80", "= 5,80", "exterieurs", "exterieurs.REPAS", ("un point", "5.80")),
    Bad("a decimal comma in a table", "1 = 20.00,", "1 = 20,00,", "par_jours", "par_jours", ("un point", "20.00")),
    Bad("a currency", "= 5.80", "= 5.80 €", "exterieurs", "exterieurs.REPAS", ("sans unité",)),
    Bad("a space in a number", "= 5.80", "= 1 200", "exterieurs", "exterieurs.REPAS", ("sans espace",)),
    Bad("no digit before the point", "= 5.80", "= .80", "exterieurs", "exterieurs.REPAS", ("avant et après le point",)),
    Bad("a leading zero", "solde = 130", "solde = 0130", "solde", "solde", ("zéro",)),
    Bad("an hour without seconds", "heure = 10:00:00", "heure = 9:30", "heure = 9:30", "heure", ("secondes", "09:30:00")),
    Bad("an hour with an h", "heure = 10:00:00", "heure = 10h", "heure = 10h", "heure", ("secondes", "10:00:00")),
    Bad("an hour that is not", "heure = 10:00:00", "heure = 24:00:00", "heure = 24", "heure", ("23:59", '"minuit"')),
    Bad("a French date", "= 2026-09-01", "= 1/9/2026", "effet", "effet", ("année-mois-jour", "2026-09-01")),
    Bad("a date in words", "= 2026-09-01", "= 1er septembre 2026", "effet", "effet", ("année-mois-jour",)),
    Bad("a date that is not", "= 2026-12-31", "= 2026-11-31", "au", "au", ("n'existe pas",)),
    Bad("a yes", "justifiee = true", "justifiee = oui", "justifiee", "justifiee", ("true", "minuscules")),
    # A key that is missing, unknown or misplaced.
    Bad("a missing key", 'titre = "2 jours ouvrés avant, 10 h"\n', "", "[[delai]]", f"{DELAI} › titre", ("manque « titre »", "titre = ")),
    Bad("a missing key of an inline table", ', nom = "Repas"', "", '{ code = "REPAS"', "activite n° 1 (CANTINE) › unites n° 1 (REPAS) › nom", ("manque « nom »",)),
    Bad("a missing key of the file", 'version = "2026-1"\n', "", "# Un règlement", "version", ("manque « version »", 'version = "2026-1"')),
    Bad("no price", "prix.REPAS = [3.60, 4.15, 4.55]\n", "", "[[tarif]]", f"{TARIF} › prix", ("manque « prix »", "prix.REPAS = 3.60")),
    Bad("an unknown key", 'titre = "Repas"', 'titer = "Repas"', "titer", f"{TARIF} › titer", ("inconnue « titer »", "vouliez-vous « titre »", "Clés possibles", "tranches")),
    Bad("a key of nothing", 'zone = "B"', 'zone = "B"\nxyz = 1', "xyz", "calendrier › xyz", ("inconnue « xyz »", "retirez-la", "alsace_moselle")),
    Bad("a key of the file, too low", 'zone = "B"', 'zone = "B"\neffet = 2026-01-01', "effet = 2026-01-01", "calendrier › effet", ("en tête du fichier",)),
    Bad("a table too low", "[[ouverture]]", "[[calendrier.ouverture]]", "[[calendrier.ouverture]]", "calendrier › ouverture", ("au premier niveau",)),
    Bad("a key of another mode", 'mode = "mensuel"', 'mode = "mensuel"\npas_minutes = 30', "pas_minutes = 30", "tarif n° 5 (forfait) › pas_minutes", ("dans ce mode", '"durée"')),
    Bad("an unknown table", "[fratrie]", "[fraterie]", "[fraterie]", "fraterie", ("vouliez-vous « fratrie »",)),
    Bad("an item written as one table", "[[aide]]", "[aide]", "[aide]", "aide", ("[[aide]]", "deux crochets")),
    Bad("one table written as items", "[fratrie]", "[[fratrie]]", "[[fratrie]]", "fratrie", ("[fratrie]", "un seul crochet")),
    Bad("a limit with an age", 'titre = "Le jeudi', 'age_min = 3\ntitre = "Le jeudi', "age_min", "delai n° 2 (mercredi-reserver) › age_min", ("inconnue « age_min »",)),
    # A value of the wrong kind.
    Bad("a number for a text", 'version = "2026-1"', "version = 2026", "version", "version", ("entre guillemets", 'version = "2026"')),
    Bad("an empty text", 'titre = "Repas"', 'titre = ""', "titre", f"{TARIF} › titre", ("est vide",)),
    Bad("a long text", 'titre = "Repas"', f'titre = "{"x" * 121}"', "titre", f"{TARIF} › titre", ("121 caractères", "120")),
    Bad("a code with a space", 'code = "heures"', 'code = "à l heure"', "code", "tarif n° 3 (à l heure) › code", ("pas un code", "sans espace")),
    Bad("a text for a number", "nombre = 2\n", 'nombre = "deux"\n', "nombre", f"{DELAI} › limite › nombre", ("« deux »", "nombre entier")),
    Bad("a part for a whole", "nombre = 2\n", "nombre = 2.5\n", "nombre", f"{DELAI} › limite › nombre", ("nombre entier",)),
    Bad("a number too small", "rang_min = 3", "rang_min = 0", "rang_min", "modification n° 1 (troisieme) › rang_min", ("trop petit", "1 au moins")),
    Bad("a number too big", "nombre = 2\n", "nombre = 401\n", "nombre", f"{DELAI} › limite › nombre", ("trop grand", "400 au plus")),
    Bad("too many decimals", "montant = 1.00", "montant = 1.00001", "montant", "aide n° 1 (bons) › montant", ("décimales", "4 au plus")),
    Bad("a price in quotes", "montant = 1.00", 'montant = "1,50 €"', "montant", "aide n° 1 (bons) › montant", ("un nombre", "1.50")),
    Bad("a negative price", "[3.60, 4.15, 4.55]", "[3.60, -4.15, 4.55]", "prix.REPAS", f"{TARIF} › prix › REPAS n° 2", ("trop petit",)),
    Bad("a price on its line", "    5.50,", '    "cher",', '"cher"', "tarif n° 2 (mercredi) › prix › MER-MATIN n° 2", ("« cher »", "un nombre")),
    Bad("an hour in quotes", "heure = 10:00:00", 'heure = "10h00"', "heure", f"{DELAI} › limite › heure", ("10:00:00", "sans guillemets", '"minuit"')),
    Bad("a number for an hour", "heure = 10:00:00", "heure = 10", "heure = 10", f"{DELAI} › limite › heure", ("10:00:00",)),
    Bad("a date in quotes", "effet = 2026-09-01", 'effet = "01/09/2026"', "effet", "effet", ("2026-09-01", "sans guillemets")),
    Bad("a date and an hour", "effet = 2026-09-01", "effet = 2026-09-01T00:00:00", "effet", "effet", ("ni heure", "2026-09-01")),
    Bad("a number for a yes", "justifiee = true", "justifiee = 1", "justifiee", "absence n° 1 (maladie) › justifiee", ("true (oui)",)),
    Bad("a text for a list", 'activites = ["CANTINE"]\nretard', 'activites = "CANTINE"\nretard', "activites", f"{DELAI} › activites", ("une liste", 'activites = ["CANTINE"]')),
    Bad("a number for a table", "[delai.limite]\n" + LIMIT, "limite = 2", "limite = 2", f"{DELAI} › limite", ("une table", "limite = {")),
    Bad("one price by unit", "prix.REPAS = [3.60, 4.15, 4.55]", "prix = 3.60", "prix", f"{TARIF} › prix", ("par unité", "prix.REPAS = 3.60", 'mode = "jour"')),
    Bad("prices by unit of a flat price", "prix = 2.40", "prix.ACCUEIL = 2.40", "prix", "tarif n° 3 (heures) › prix", ("Un seul montant",)),
    Bad("an empty list", 'ensemble = ["MER-MATIN", "MER-SOIR"]', "ensemble = []", "ensemble", "combinaison n° 1 (journee) › ensemble", ("au moins 2 valeurs",)),
    Bad("a list too short", 'ensemble = ["MER-MATIN", "MER-SOIR"]', 'ensemble = ["MER-SOIR"]', "ensemble", "combinaison n° 1 (journee) › ensemble", ("trop courte", "au moins 2 valeurs")),
    Bad("a number far too long", "montant = 1.00", "montant = 1e30", "montant", "aide n° 1 (bons) › montant", ("trop de chiffres",)),
    Bad("a number far too big", "montant = 1.00", "montant = 1234567.00", "montant", "aide n° 1 (bons) › montant", ("avant le point",)),
    Bad("a table for a number", "rang_min = 3", "rang_min = { x = 3 }", "rang_min", "modification n° 1 (troisieme) › rang_min", ("Une table ne convient pas",)),
    Bad("a list for a text", 'nom = "Matin"', 'nom = ["Matin"]', "nom", "activite n° 2 (MERCREDI) › unites n° 1 (MER-MATIN) › nom", ("entre guillemets",)),
    Bad("a price without days", "par_jours = { 1 = 20.00, 4 = 85.00 }", "par_jours = 85", "par_jours", "tarif n° 5 (forfait) › par_jours", ("par_jours.4",)),
    Bad("a number for an effect", 'retard = "refuser"', "retard = 1", "retard", f"{DELAI} › retard", ('retard = "refuser"',)),
    Bad("a number of days that is none", "{ 1 = 20.00,", "{ un = 20.00,", "par_jours", "tarif n° 5 (forfait) › par_jours › un", ("« un »", "jours par semaine")),
    # A word that is not of the list.
    Bad("an unknown zone", 'zone = "B"', 'zone = "D"', "zone", "calendrier › zone", ("« D »", "A, B, C")),
    Bad("a weekday misspelt", 'jour = "jeudi"', 'jour = "jeudy"', "limite = {", "delai n° 2 (mercredi-reserver) › limite › jour", ("vouliez-vous « jeudi »", "dimanche")),
    Bad("a weekday misspelt in a list", '"mardi", "jeudi"', '"mardi", "jeudis"', "jours_ecole", "calendrier › jours_ecole n° 3", ("vouliez-vous « jeudi »",)),
    Bad("an effect misspelt", 'retard = "refuser"', 'retard = "refusé"', "retard", f"{DELAI} › retard", ("vouliez-vous « refuser »", "facturer l'absence")),
    Bad("an unknown mode", 'mode = "durée"', 'mode = "heures"', "mode", "tarif n° 3 (heures) › mode", ("« heures »", "durée, plages, effort")),
    # What contradicts itself.
    Bad("a block without its days", 'ancre = "semaine", jour = "jeudi"', 'ancre = "bloc"', "limite = {", "delai n° 2 (mercredi-reserver) › limite › bloc", ("bloc", "liste des jours")),
    Bad("francs without days", "nombre = 2\n", "nombre = 0\nfrancs = true\n", "francs", f"{DELAI} › limite › francs", ("au moins un jour",)),
    Bad("hours at an hour", 'unite = "ouvré"', 'unite = "heure"', "heure = 10", f"{DELAI} › limite › heure", ("Un délai en heures", "Retirez-la")),
    Bad("a unit that counts nothing", "nombre = 2\n", "", "unite =", f"{DELAI} › limite › unite", ("donnez « nombre »",)),
    Bad("a weekday and a number", 'jour = "jeudi"', 'jour = "jeudi", nombre = 2', "limite = {", "delai n° 2 (mercredi-reserver) › limite › jour", ("un seul des trois",)),
    Bad("weeks without a weekday", "nombre = 2\n", "nombre = 2\nsemaines = 1\n", "semaines", f"{DELAI} › limite › semaines", ("demande « jour »",)),
    Bad("a surcharge without amount", ", pourcent = 20 }", " }", "retard = {", "delai n° 2 (mercredi-reserver) › retard › effet", ("« pourcent » ou « montant »",)),
    Bad("a surcharge that lowers", "pourcent = 20 }", "pourcent = -20 }", "retard = {", "delai n° 2 (mercredi-reserver) › retard › pourcent", ("signe moins",)),
    Bad("an absence billed by booking", 'retard = "refuser"', 'retard = "facturer l\'absence"', "retard", f"{DELAI} › retard", ("qu'en annulant", '["annuler"]')),
    Bad("an opening without hour", ", heure = 08:00:00 }", " }", "ouvre", "ouverture n° 1 (mercredi) › ouvre › heure", ("heure précise",)),
    Bad("brackets that fall", "[0, 801, 1201]", "[0, 1201, 801]", "tranches", f"{TARIF} › tranches", ("en croissant",)),
    Bad("brackets that do not begin at 0", "[0, 801, 1201]", "[1, 801, 1201]", "tranches", f"{TARIF} › tranches", ("commencent à 0",)),
    Bad("a price missing", "[3.60, 4.15, 4.55]", "[3.60, 4.15]", "prix.REPAS", f"{TARIF} › prix › REPAS", ("3 tranches, mais 2 prix",)),
    Bad("decimal commas in a list", "[3.60, 4.15, 4.55]", "[3,60, 4,15, 4,55]", "prix.REPAS", f"{TARIF} › prix › REPAS", ("mais 6 prix", "un point")),
    Bad("a package in two ways", 'mode = "mensuel"', 'mode = "mensuel"\nprix = 80', "prix = 80", "tarif n° 5 (forfait) › prix", ("l'un des deux",)),
    Bad("a change in two ways", "pourcent = -50", "pourcent = -50\nprix = 3", 'code = "troisieme"', "modification n° 1 (troisieme) › code", ("un seul des trois",)),
    Bad("a unit that ends before", "debut = 08:00:00", "debut = 12:30:00", "fin = 12:00:00", "activite n° 2 (MERCREDI) › unites n° 1 (MER-MATIN) › fin", ("plus tard",)),
    Bad("a closure that ends before", "au = 2026-12-31", "au = 2026-12-01", "au", "calendrier › exception n° 2 › au", ("précède",)),
    Bad("a class in a facility", 'motif = "Pont de', 'etablissement = "LOISIRS"\nmotif = "Pont de', 'etablissement = "LOISIRS"', "calendrier › exception n° 1 › etablissement", ("donnez « ecole »",)),
    Bad("ranks that nobody has", "rang_min = 3", "rang_min = 3\nrang_max = 2", "rang_max", "modification n° 1 (troisieme) › rang_max", ("rien n'est entre les deux",)),
    Bad("a limit at 0 h", "heure = 10:00:00", "heure = 00:00:00", "heure", f"{DELAI} › limite › heure", ('"minuit"',)),
    Bad("a block and other days", 'ancre = "semaine", jour = "jeudi", heure = "minuit" }', 'ancre = "bloc", bloc = ["lundi"] }\njours = ["mardi"]', "jours", "delai n° 2 (mercredi-reserver) › jours", ("sort du bloc",)),
    Bad("an amount without surcharge", 'retard = "refuser"', 'retard = { effet = "demander", montant = 3 }', "retard", f"{DELAI} › retard › effet", ('effet = "majorer"',)),
    Bad("a special price without price", 'effet = "majorer", pourcent = 20', 'effet = "prix spécial"', "retard", "delai n° 2 (mercredi-reserver) › retard › effet", ("« prix »", "vont ensemble")),
    Bad("a cancellation that costs more", 'retard = "refuser"', 'retard = { effet = "majorer", montant = 1 }', "retard", f"{DELAI} › retard", ("qu'en réservant",)),
    Bad("a school that is shut by itself", 'etablissement = "LOISIRS"\n\n[fr', 'ecole = "JAURES"\n\n[fr', 'ecole = "JAURES"', "calendrier › exception n° 2 › ecole", ("donnez « etablissement »",)),
    Bad("an outside price alone", "exterieurs.REPAS = 5.80", "exterieurs.PANIER = 5.80", "exterieurs", f"{TARIF} › exterieurs › PANIER", ("prix.PANIER",)),
    Bad("outside prices missing", "exterieurs.REPAS = 5.80", "exterieurs.REPAS = [5.80, 6.00]", "exterieurs", f"{TARIF} › exterieurs › REPAS", ("mais 2 prix",)),
    Bad("two outside prices of an hour", "prix = 2.40", "prix = 2.40\nexterieurs = [3, 4]", "exterieurs", "tarif n° 3 (heures) › exterieurs", ("1 tranche, mais 2 prix",)),
    Bad("two prices of a package", "par_jours = { 1 = 20.00, 4 = 85.00 }", "prix = [20.55, 85.55]", "prix", "tarif n° 5 (forfait) › prix", ("1 tranche, mais 2 prix",)),
    Bad("a band that ends before", HOURS, BANDS.replace("17:30:00 }", "16:00:00 }"), '{ titre = "A"', "tarif n° 3 (heures) › plages n° 1 (A) › a", ("plus tard",)),
    Bad("bands that overlap", HOURS, BANDS.replace("de = 17:30:00", "de = 17:00:00"), '{ titre = "B"', "tarif n° 3 (heures) › plages n° 2 (B) › de", ("sans se chevaucher",)),
    Bad("two prices of a band", HOURS, BANDS.replace("prix = 2", "prix = [2, 3]"), '{ titre = "B"', "tarif n° 3 (heures) › plages n° 2 (B) › prix", ("1 tranche, mais 2 prix",)),
    Bad("bands that are not a list", HOURS, 'mode = "plages"\nplages = "soir"', "plages", "tarif n° 3 (heures) › plages", ("liste de tables", "plages = [{")),
    Bad("an effort without rate", HOURS, 'mode = "effort"\nplafond = 100', "[[tarif]]", "tarif n° 3 (heures) › taux", ("« taux »", "bareme")),
    Bad("a national scale with a ceiling", HOURS, 'mode = "effort"\nbareme = "psu"\nplafond = 100', "bareme", "tarif n° 3 (heures) › bareme", ("barème national", "retirez-les")),
    Bad("an effort without ceiling", HOURS, 'mode = "effort"\ntaux = [0.05]', "[[tarif]]", "tarif n° 3 (heures) › plafond", ("« prix_max »", "sans justificatif")),
    Bad("a ceiling under its floor", HOURS, 'mode = "effort"\ntaux = [0.05]\nplancher = 200\nplafond = 100', "plafond = 100", "tarif n° 3 (heures) › plafond", ("plus bas que le plancher",)),
    Bad("a rate of nothing", HOURS, 'mode = "effort"\ntaux = [0]\nplafond = 100', "taux", "tarif n° 3 (heures) › taux n° 1", ("trop petit", "plus de 0")),
    Bad("minutes of no late pick-up", "pourcent = -50", "montant = 5\npar_minutes = 15", "par_minutes", "modification n° 1 (troisieme) › par_minutes", ("départ tardif",)),
    Bad("a tolerance of no late pick-up", "pourcent = -50", "montant = 5\ntolerance_minutes = 5", "tolerance_minutes", "modification n° 1 (troisieme) › tolerance_minutes", ("départ tardif",)),
    Bad("a day of the month of a week", 'jour = "jeudi"', "jour_du_mois = 15", "limite = {", "delai n° 2 (mercredi-reserver) › limite › jour_du_mois", ('"mois" ou "période"',)),
    Bad("a fixed part without rate", HOURS, 'mode = "effort"\nbareme = "psu"\npart_fixe = 1', "part_fixe", "tarif n° 3 (heures) › part_fixe", ("« taux »",)),
    Bad("a line that goes nowhere", HOURS, 'mode = "effort"\nplancher = 9\nplafond = 9\nprix_min = 1\nprix_max = 2', "plafond", "tarif n° 3 (heures) › plafond", ("ligne droite",)),
    # What contradicts another part.
    Bad("a code twice", 'code = "contrat"', 'code = "heures"', 'code = "heures"', "tarif n° 4 (heures) › code", ("sert déjà",)),
    Bad("an unknown activity", 'activites = ["CANTINE"]\nretard', 'activites = ["CANTIN"]\nretard', "activites", f"{DELAI} › activites n° 1", ("Aucune activité", "Vouliez-vous « CANTINE »", "MERCREDI")),
    Bad("an unknown unit", 'donne = "MER-JOURNEE"', 'donne = "JOUR"', "donne", "combinaison n° 1 (journee) › donne", ("Aucune unité n'a le code « JOUR »", "MER-JOURNEE")),
    Bad("a price of an unknown unit", "MER-SOIR = [4.60", "MER-NUIT = [4.60", "MER-NUIT", "tarif n° 2 (mercredi) › prix › MER-NUIT", ("Aucune unité", "MER-MATIN")),
    Bad("a price of another activity's unit", '"MER-JOURNEE" = 14.00', '"REPAS" = 14.00', '"REPAS" = 14', "tarif n° 2 (mercredi) › prix › REPAS", ("pas celui de l'unité « REPAS »",)),
    Bad("a scope of nothing", 'public = "résidents"', 'unites = ["REPAS"]', 'unites = ["REPAS"]', "ouverture n° 1 (mercredi) › unites", ("« activites » et « unites » à la fois",)),
    Bad("a unit twice", 'nom = "Journée"\n', 'nom = "Journée"\n\n[[activite.unites]]\ncode = "MER-SOIR"\nnom = "Repas"\n', 'code = "MER-SOIR"', "activite n° 2 (MERCREDI) › unites n° 4 (MER-SOIR) › code", ("existe déjà", "unique")),
    Bad("a school twice", "[[calendrier.exception]]", '[[calendrier.ecole]]\ncode = "JAURES"\nnom = "Bis"\n\n[[calendrier.exception]]', 'code = "JAURES"', "calendrier › ecole n° 2 (JAURES) › code", ("sert déjà",)),
    Bad("an unknown school", 'ecole = "JAURES"', 'ecole = "FERRY"', "ecole", "activite n° 1 (CANTINE) › ecole", ("Aucune école", "JAURES")),
    Bad("an unknown school closed", "du = 2026-05-15", 'ecole = "FERRY"\ndu = 2026-05-15', 'ecole = "FERRY"', "calendrier › exception n° 1 › ecole", ("Aucune école", "JAURES")),
    Bad("an unknown facility", 'etablissement = "LOISIRS"\n\n[fr', 'etablissement = "STADE"\n\n[fr', "etablissement", "calendrier › exception n° 2 › etablissement", ("Aucun établissement", "LOISIRS")),
    Bad("a combination of two activities", 'donne = "MER-JOURNEE"', 'donne = "REPAS"', "ensemble", "combinaison n° 1 (journee) › ensemble", ("une seule activité",)),
    Bad("a unit combined twice", '"MER-MATIN", "MER-SOIR"]', '"MER-MATIN", "MER-MATIN"]', "ensemble", "combinaison n° 1 (journee) › ensemble", ("deux fois",)),
    Bad("a combination of itself", 'donne = "MER-JOURNEE"', 'donne = "MER-SOIR"', "donne", "combinaison n° 1 (journee) › donne", ("donnez une autre unité",)),
    Bad("a contract at no hourly price", 'tarif_horaire = "heures"', 'tarif_horaire = "cantine"', "tarif_horaire", "tarif n° 4 (contrat) › tarif_horaire", ("« cantine »", "heures")),
    Bad("two limits of one case", "[[ouverture]]", '[[delai]]\ncode = "bis"\ntitre = "Bis"\nactivites = ["CANTINE"]\nlimite.nombre = 3\n\n[[ouverture]]', 'code = "bis"', "delai n° 3 (bis) › code", ("« bis » et « cantine »", "« priorite »")),
    Bad("two prices of one case", 'categories = ["annuel"]\n', "", 'code = "forfait"', "tarif n° 5 (forfait) › code", ("« forfait » et « mercredi »", "deux choses du même cas")),
]  # fmt: skip
