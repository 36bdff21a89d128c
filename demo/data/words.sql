-- Names, topics and sentences.

CREATE FUNCTION pg_temp.first_names() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY[
    'Mara', 'Jonas', 'Amelia', 'Tariq', 'Sofia', 'Noah', 'Priya', 'Lucas', 'Ingrid', 'Mateo', 'Chloe', 'Kwame',
        'Hannah',
    'Diego', 'Yuki', 'Elena', 'Oscar', 'Nadia', 'Felix', 'Aisha', 'Theo', 'Camille', 'Ravi', 'Freya', 'Marcus', 'Lina',
    'Gabriel', 'Zoe', 'Ibrahim', 'Clara', 'Anton', 'Maya', 'Declan', 'Leila', 'Hugo', 'Serena', 'Kofi', 'Astrid',
        'Julian',
    'Mei', 'Rafael', 'Nora', 'Samir', 'Isla', 'Viktor', 'Renée', 'Daniel', 'Olivia', 'Emeka', 'Paula', 'Stefan',
        'Jasmine',
    'Andrés', 'Greta', 'Malik', 'Rosa', 'Tobias', 'Keiko', 'Adrian', 'Fatima'] $$;
CREATE FUNCTION pg_temp.last_names() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY[
    'Lindqvist', 'Okafor', 'Hartmann', 'Moreau', 'Patel', 'Castillo', 'Nakamura', 'O''Brien', 'Silva', 'Novak',
        'Bennett',
    'Haddad', 'Kowalski', 'Ferreira', 'Johansson', 'Mensah', 'Rossi', 'Chen', 'Dubois', 'Khan', 'Fischer', 'Morales',
    'Andersen', 'Clarke', 'Yilmaz', 'Romano', 'Sørensen', 'Park', 'Vega', 'Whitfield', 'Adeyemi', 'Larsen', 'Mercer',
    'Bianchi', 'Reyes', 'Weber', 'Santos', 'Petrov', 'Nguyen', 'Walsh', 'Ibarra', 'Keller', 'Osei', 'Marchetti', 'Lund',
    'Shah', 'Brandt', 'Delgado', 'Hughes', 'Tanaka', 'Visser', 'Coleman', 'Rahman', 'Duarte', 'Meyer', 'Sato',
        'Quinn'] $$;
CREATE FUNCTION pg_temp.brands() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY[
    'Northlight', 'Copper Fox', 'Blue Harbor', 'Papercut', 'Longwave', 'Saltwater', 'Brightside', 'Juniper',
        'Field Notes',
    'Velvet Room', 'Hightide', 'Lemonade', 'Stillwater', 'Redwood', 'Kite & Co', 'Goldleaf', 'Parallel', 'Overcast',
    'Little Giant', 'Firefly', 'Cloud Nine', 'Driftwood', 'Daybreak', 'Main Street', 'Polar', 'Sunday Club',
        'Tall Story',
    'Wildcard', 'Evergreen', 'Silverline', 'Open Window', 'Good Neighbor', 'Thunderbird', 'Marigold', 'Second Story',
    'Roundtable', 'Moonshot', 'Clearwater', 'Hello Monday', 'Atlas', 'Paper Plane', 'Bonfire', 'Westbound', 'Luma',
    'Orchard', 'Big Picture', 'Tandem', 'Cobalt', 'Homegrown', 'Signal', 'Riverbend', 'Afterglow', 'Nomad', 'Keystone',
    'Bluebird', 'Foundry', 'Halcyon', 'Amber', 'Compass', 'Ritual'] $$;
CREATE FUNCTION pg_temp.kinds() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY[
    'Media', 'Studio', 'Social', 'Collective', 'Creative', 'Content', 'Agency', 'Works', 'Digital', 'Pictures', 'Labs',
    'Partners', 'House', 'Productions', 'Group', 'Films', 'Growth', 'Stories', 'Network', 'Marketing', 'Brand Studio',
    'Video', 'Talent', 'Communications'] $$;

CREATE TEMP TABLE topic AS
SELECT t.no, c.id AS category_id, c.name AS category, handles, labels, subjects, audiences, wishes
FROM (VALUES
    (1, '{builds,ceo,sells,scales,ventures}', '{Founder,Sales Coach,Startup Advisor,Business Mentor}',
     '{cold email,pricing,hiring your first salesperson,customer interviews,landing pages,referral programs,B2B outreach,onboarding calls}',
     '{founders,freelancers,agency owners,first-time managers}',
         '{more qualified leads,a fuller pipeline,ten paying customers,higher margins}'),
    (2, '{lifts,fit,moves,wellness,strong}', '{Strength Coach,Nutritionist,Yoga Teacher,Physio}',
     '{protein timing,zone 2 cardio,hip mobility,meal prep,progressive overload,sleep hygiene,desk stretches,walking}',
     '{busy parents,beginners,office workers,runners}',
         '{steady energy,stronger legs,less back pain,a habit that lasts}'),
    (3, '{mindset,focus,habits,grows,journals}', '{Productivity Coach,Life Coach,Author,Speaker}',
     '{morning routines,time blocking,journaling,saying no,weekly reviews,deep work,digital detox,building habits}',
     '{students,creatives,remote workers,overthinkers}',
         '{calmer mornings,real focus,fewer distractions,a clear week}'),
    (4, '{codes,tech,bytes,ai,devs}', '{Software Engineer,AI Educator,Tech Reviewer,Product Builder}',
     '{AI agents,prompt writing,local language models,home automation,Python scripts,note-taking apps,mechanical keyboards,open source}',
     '{developers,marketers,tinkerers,small teams}', '{hours back every week,a faster workflow,a working prototype,fewer bugs}'),
    (5, '{invests,money,wealth,budgets,dividends}', '{Financial Planner,Investor,Real Estate Analyst,CFA}',
     '{index funds,emergency funds,house hacking,dividend stocks,credit scores,tax-loss harvesting,budgeting,rental yields}',
     '{millennials,new parents,freelancers,first-time buyers}',
         '{a calmer retirement,the first 10k saved,lower fees,passive income}'),
    (6, '{style,beauty,wanders,closet,home}', '{Stylist,Travel Creator,Beauty Editor,Interior Designer}',
     '{capsule wardrobes,skincare layering,carry-on packing,small-space decor,thrift finds,linen outfits,city breaks,slow mornings}',
     '{minimalists,frequent flyers,renters,brides}', '{an outfit for every day,clearer skin,a home that breathes,lighter luggage}'),
    (7, '{cooks,eats,kitchen,bakes,spice}', '{Chef,Recipe Developer,Baker,Food Writer}',
     '{sourdough,one-pan dinners,knife skills,weeknight curry,cast iron,fermenting,crispy tofu,pasta from scratch}',
     '{home cooks,students,families,beginners}', '{dinner in 20 minutes,restaurant flavour,less food waste,perfect crust}'),
    (8, '{laughs,reels,plays,watches,vibes}', '{Comedian,Film Critic,Streamer,Music Nerd}',
     '{movie endings,indie games,office comedy,album covers,retro consoles,stand-up timing,reality TV,fan theories}',
     '{gamers,film lovers,night owls,fans}', '{a good laugh,a better watchlist,a hidden gem,something to argue about}'),
    (9, '{learns,explains,teaches,history,science}', '{Teacher,Science Communicator,Linguist,Historian}',
     '{black holes,spaced repetition,Roman roads,learning Spanish,probability,plate tectonics,memory palaces,the printing press}',
     '{students,curious adults,teachers,parents}', '{an idea that sticks,better grades,a new language,one good story}'),
    (10, '{paints,draws,designs,shoots,writes}', '{Illustrator,Photographer,Designer,Novelist}',
     '{natural light,color grading,urban sketching,logo grids,film photography,plot twists,watercolor,type pairing}',
     '{beginners,designers,photographers,writers}', '{a portfolio that books work,images with depth,a style of your own,a finished draft}')
) AS t (no, handles, labels, subjects, audiences, wishes)
JOIN creator_categories AS c ON c.sort_order = t.no;
ALTER TABLE topic
    ALTER handles TYPE text[] USING handles::text[], ALTER labels TYPE text[] USING labels::text[],
    ALTER subjects TYPE text[] USING subjects::text[], ALTER audiences TYPE text[] USING audiences::text[],
    ALTER wishes TYPE text[] USING wishes::text[];

CREATE FUNCTION pg_temp.titles() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY[
    '{N} {s} mistakes {a} keep making', 'The truth about {s}', 'How I got {w} with {s}', 'Stop overcomplicating {s}',
    '{S} in {N} minutes', 'What nobody tells {a} about {s}', 'I tried {s} for 30 days',
        'Why {s} beats everything else for {a}',
    'The only guide to {s} you need', '{S}: beginner to confident', '{N} ways to get {w}',
        'Do this before you start with {s}',
    'My honest take on {s}', '{S} explained with one example', 'This changed how I think about {s}',
    'Watch this if you want {w}', '{S} for {a}', 'POV: {s} finally clicks', 'Unpopular opinion about {s}',
    'From zero to {w}', 'The {N}-step {s} routine', 'A day of {s}, start to finish', 'Rating viral {s} advice',
    'Ask me anything: {s}'] $$;

-- Sentences in which {s} is a subject, {a} an audience, {w} a wish and {n} a number.
CREATE TEMP TABLE sentence (kind text, no serial, template text);
INSERT INTO sentence (kind, template) VALUES
    ('hook', 'Most {a} get {s} completely wrong, and it costs them {w}.'),
    ('hook', 'If I had to start over with {s} today, I would do exactly {n} things.'),
    ('hook', 'Nobody talks about this part of {s}, so let me show you.'),
    ('hook', 'Three months ago I knew nothing about {s}. Here is what happened.'),
    ('hook', 'You do not need more time for {s}. You need a better order.'),
    ('hook', 'I asked {n} {a} about {s}, and almost all of them said the same thing.'),
    ('hook', 'Here is the fastest way I know to get {w}.'),
    ('hook', 'Save this before you try {s} again.'),
    ('body', 'Start small: pick one thing about {s} that you can repeat every day, and write down what changed.'),
    ('body', 'The first week felt slow, and that is normal, because {s} pays back late and then all at once.'),
    ('body', 'When I looked at my own numbers, the boring parts of {s} made up most of the result.'),
    ('body', 'A lot of {a} copy what the big accounts do, but they start from a very different place.'),
    ('body', 'The trick is to remove one step instead of adding another, especially with {s}.'),
    ('body', 'I keep a simple list of {n} questions on my desk and go through it before every session.'),
    ('body', 'Somebody in the comments asked whether {s} still works this year, and the short answer is yes.'),
    ('proof', 'What surprised me was how quickly {w} followed once I stopped chasing shortcuts.'),
    ('proof', 'You can test this in {n} minutes: do it once your way, once my way, and compare.'),
    ('proof', 'The mistake I made for years was treating {s} as a talent, while it is really a routine.'),
    ('proof', 'There is good research behind this, and I linked two papers that are actually readable.'),
    ('proof', 'If you only remember one sentence, let it be this: consistency with {s} beats intensity.'),
    ('proof', 'My friends who are {a} tell me the hardest part is starting, so lower the bar until it feels silly.'),
    ('proof', 'Look closely at the example on the screen, and notice how little had to change to get {w}.'),
    ('cta', 'Follow for one useful idea about {s} every week.'),
    ('cta', 'Comment "guide" and I will send you my checklist for {s}.'),
    ('cta', 'Share this with somebody who wants {w}.'),
    ('cta', 'Save it for later, and tell me below how it went.'),
    ('cta', 'The full breakdown is in the link in my bio.'),
    ('cta', 'Part two is coming on Thursday, so stay around.');

CREATE FUNCTION pg_temp.told(template text, topic topic, subject text,
    no bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(replace(replace(replace(replace(replace(template,
        '{s}', subject), '{S}', pg_temp.capital(subject)),
        '{a}', pg_temp.pick((topic).audiences, pg_temp.u(no, 12))), '{w}',
            pg_temp.pick((topic).wishes, pg_temp.u(no, 13))),
        '{n}', (3 + floor(9 * pg_temp.u(no, 14)))::text), '{N}', (3 + floor(9 * pg_temp.u(no, 14)))::text)
$$;

-- Passages told once for each subject, so that a transcript is a join and not a rendering.
CREATE TEMP TABLE passage AS
SELECT t.no AS topic_no, subject, k.kind, v AS no, told.text
FROM topic AS t
CROSS JOIN LATERAL unnest(t.subjects) WITH ORDINALITY AS s (subject, subject_no)
CROSS JOIN (VALUES ('hook', 1), ('body', 3), ('proof', 2), ('cta', 1)) AS k (kind, sentences)
CROSS JOIN generate_series(0, 23) AS v
CROSS JOIN LATERAL (
    SELECT string_agg(pg_temp.told(s.template, t, subject, t.no * 1000 + v), ' ' ORDER BY s.chance) AS text
    FROM (
        SELECT template, pg_temp.u(((t.no * 8 + subject_no) * 100 + v) * 100 + s.no, 15) AS chance
        FROM sentence AS s WHERE s.kind = k.kind ORDER BY 2 LIMIT k.sentences
    ) AS s
) AS told;
CREATE INDEX ON passage (kind, topic_no, subject, no);
ANALYZE passage;
